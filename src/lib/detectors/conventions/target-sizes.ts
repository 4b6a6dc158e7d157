import { NO_SUPPRESSION, type Convention } from '../convention';
import { fromList, listed } from '../listed';

/**
 * Outputs `boxes [300, 4]` by corners in pixels of the size given by the second input `orig_target_sizes`, `labels
 * [300]` from 0, and `scores [300]`. That input is set to the size of the network's input, so that boxes come in
 * pixels of the input, as from other conventions.
 */
export const targetSizes: Convention = {
  id: 'target-sizes',
  name: 'RT-DETR, D-FINE, DEIM',
  defaults: { fit: 'stretch', iouThreshold: NO_SUPPRESSION },
  multiple: 32,
  answers: 'queries',
  decode: (outputs, { scoreThreshold }) =>
    fromList(listed(outputs, { boxes: 'boxes', labels: 'labels', scores: 'scores' }), scoreThreshold, 0),
};
