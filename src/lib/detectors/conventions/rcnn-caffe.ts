import type { Convention } from '../convention';
import { torchvision } from './torchvision';

/** The same outputs as `torchvision`, for a network whose input is Caffe's: BGR bytes minus a mean. */
export const rcnnCaffe: Convention = {
  ...torchvision,
  id: 'rcnn-caffe',
  name: 'Faster R-CNN (ONNX Model Zoo)',
  defaults: {
    ...torchvision.defaults,
    channels: 'bgr',
    range: 255,
    mean: [102.9801, 115.9465, 122.7717],
    fit: 'corner',
    padding: 114,
  },
  multiple: 32,
};
