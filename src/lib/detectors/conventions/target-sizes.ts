import { NO_SUPPRESSION, type Convention } from '../convention';
import { fromList, listed } from '../listed';

/**
 * `boxes [300, 4]` by corners in pixels of the size that the second input `orig_target_sizes` told, `labels [300]`
 * from 0, `scores [300]`. It is told the size of its own input, so that boxes come as everybody's do.
 */
export const targetSizes: Convention = {
  id: 'target-sizes',
  name: 'RT-DETR, D-FINE, DEIM',
  defaults: { fit: 'stretch', overlapThreshold: NO_SUPPRESSION },
  multiple: 32,
  answers: 'queries',
  decode: (outputs, { scoreThreshold }) =>
    fromList(listed(outputs, { boxes: 'boxes', labels: 'labels', scores: 'scores' }), scoreThreshold, 0),
};
