import { NO_SUPPRESSION, type Convention } from '../convention';
import { decodeQueries } from './detr';

/** Outputs `logits [1, Q, C]`, with a sigmoid per class, and `pred_boxes [1, Q, 4]`. */
export const detrSigmoid: Convention = {
  id: 'detr-sigmoid',
  name: 'RT-DETR, D-FINE, Deformable DETR',
  defaults: { fit: 'stretch', iouThreshold: NO_SUPPRESSION },
  multiple: 32,
  answers: 'queries',
  decode: (outputs, context) => decodeQueries(outputs, context, 'sigmoid'),
};
