import { NO_SUPPRESSION, type Convention } from '../convention';
import { decodeQueries } from './detr';

/** `logits [1, Q, C]`, each class by itself, and `pred_boxes [1, Q, 4]`. */
export const detrSigmoid: Convention = {
  id: 'detr-sigmoid',
  name: 'RT-DETR, D-FINE, Deformable DETR',
  defaults: { fit: 'stretch', overlapThreshold: NO_SUPPRESSION },
  multiple: 32,
  answers: 'queries',
  decode: (outputs, reading) => decodeQueries(outputs, reading, 'sigmoid'),
};
