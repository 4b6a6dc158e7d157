import { IMAGENET, NO_SUPPRESSION, type Convention } from '../convention';
import { decodeQueries } from './detr';

/** `dets [1, Q, 4]` and `labels [1, Q, C + 1]`, which are numbers of each class by itself; the last is not used. */
export const rfDetr: Convention = {
  id: 'rf-detr',
  name: 'RF-DETR',
  defaults: { ...IMAGENET, fit: 'stretch', overlapThreshold: NO_SUPPRESSION },
  multiple: 56,
  answers: 'queries',
  decode: (outputs, reading) => decodeQueries(outputs, reading, 'sigmoid-but-last'),
};
