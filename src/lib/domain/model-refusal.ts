/**
 * Why a file is no detector that can run here: `about.reason` of the model errors. A closed set, so that each has
 * words in both languages. Further `about`: `name` (a tensor, class or architecture), `path` (a file).
 */
export type ModelRefusal =
  | 'not-a-model'
  | 'truncated'
  | 'compressed'
  | 'big-endian'
  | 'torchscript'
  | 'optimizer'
  | 'yolo-pt'
  | 'unsafe-pickle'
  | 'no-tensors'
  | 'classifier'
  | 'architecture'
  | 'tensor-missing'
  | 'tensor-shape'
  | 'training-graph'
  | 'external-missing'
  | 'outputs-unknown'
  | 'outputs-nan'
  | 'outputs-zero'
  | 'class-count'
  | 'graph-refused'
  | 'run-failed'
  | 'out-of-memory'
  | 'device-lost';
