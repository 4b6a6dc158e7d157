import { IMAGENET, NO_SUPPRESSION, type Convention } from '../convention';
import { decodeQueries } from './detr';

/**
 * Outputs `dets [1, Q, 4]` and `labels [1, Q, C + 1]`, with a sigmoid per class; the last column is not used.
 */
export const rfDetr: Convention = {
  id: 'rf-detr',
  name: 'RF-DETR',
  defaults: { ...IMAGENET, fit: 'stretch', iouThreshold: NO_SUPPRESSION },
  multiple: 56,
  answers: 'queries',
  decode: (outputs, context) => decodeQueries(outputs, context, 'sigmoid-but-last'),
};
