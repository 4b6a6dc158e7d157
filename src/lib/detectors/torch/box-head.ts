import type { OnnxGraph } from '../onnx/write';
import { PYRAMID_CHANNELS } from './feature-pyramid';
import { Network, type FindWeight } from './network';
import type { PooledMap } from './pool-levels';

/** The side of a box's pooled features, in cells. */
const POOLED = 7;
const INSIDE = PYRAMID_CHANNELS * POOLED * POOLED;
const HIDDEN = 1024;

/** Adds the layers from the pooled features of each box, [N, 256, 7, 7], to its [N, 1024] features. */
export type BoxFeatures = (network: Network, pooled: string, epsilon: number) => string;

/** Two fully connected layers: torchvision's TwoMLPHead. */
export const connectedFeatures: BoxFeatures = (network, pooled) => {
  const flat = flatten(network, pooled);
  const x = network.relu(network.connect(flat, 'roi_heads.box_head.fc6', INSIDE, HIDDEN));
  return network.relu(network.connect(x, 'roi_heads.box_head.fc7', HIDDEN, HIDDEN));
};

/** Four convolutions and one fully connected layer: torchvision's FastRCNNConvFCHead. */
export const convolvedFeatures: BoxFeatures = (network, pooled, epsilon) => {
  const same = { from: PYRAMID_CHANNELS, to: PYRAMID_CHANNELS, kernel: 3, hasBias: false };
  let x = pooled;
  for (const at of [0, 1, 2, 3]) {
    const name = `roi_heads.box_head.${at}`;
    x = network.convolve(x, [`${name}.0`], same);
    x = network.relu(network.normalise(x, `${name}.1`, PYRAMID_CHANNELS, epsilon));
  }
  return network.relu(network.connect(flatten(network, x), 'roi_heads.box_head.5', INSIDE, HIDDEN));
};

const flatten = (network: Network, x: string) => network.node('Flatten', [x], { axis: { int: 1 } });

/**
 * The graph that classifies proposals and refines their boxes.
 *
 * Inputs: the maps to pool from, as the trunk returns them; for each of them `boxes<i>` [n, 4] (left, top, right,
 * bottom in pixels of the network's image; n may be 0) and `batch<i>` [n], int64, all zero. Outputs, for the boxes
 * of all maps one after the other: `logits` [N, classes] (the first is the background) and `deltas` [N, 4 *
 * classes].
 */
export function headGraph(
  find: FindWeight,
  classes: number,
  epsilon: number,
  maps: readonly PooledMap[],
  features: BoxFeatures,
): OnnxGraph {
  const network = new Network(find);
  const pooled = maps.map(({ name, stride }, at) =>
    network.node('RoiAlign', [name, `boxes${at}`, `batch${at}`], {
      // This is torchvision's `aligned=False`. From opset 16 on, the default is another one.
      coordinate_transformation_mode: { text: 'output_half_pixel' },
      mode: { text: 'avg' },
      output_height: { int: POOLED },
      output_width: { int: POOLED },
      sampling_ratio: { int: 2 },
      spatial_scale: { float: 1 / stride },
    }),
  );
  const x = features(network, network.node('Concat', pooled, { axis: { int: 0 } }), epsilon);
  network.connect(x, 'roi_heads.box_predictor.cls_score', HIDDEN, classes, 'logits');
  network.connect(x, 'roi_heads.box_predictor.bbox_pred', HIDDEN, classes * 4, 'deltas');
  return network.graph(
    'head',
    [
      ...maps.map(({ name }) => network.output(name, PYRAMID_CHANNELS)),
      ...maps.map((_, at) => ({ name: `boxes${at}`, type: 'float32' as const, shape: [`n${at}`, 4] })),
      ...maps.map((_, at) => ({ name: `batch${at}`, type: 'int64' as const, shape: [`n${at}`] })),
    ],
    [
      { name: 'logits', type: 'float32', shape: ['n', classes] },
      { name: 'deltas', type: 'float32', shape: ['n', classes * 4] },
    ],
  );
}
