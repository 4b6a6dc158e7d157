import type { OnnxGraph } from '../onnx/write';
import { PYRAMID_CHANNELS } from './feature-pyramid';
import { Network, type FindWeight } from './network';
import type { PooledMap } from './pool-levels';

/** Side of what is cut out for each box, in cells. */
const POOLED = 7;
const INSIDE = PYRAMID_CHANNELS * POOLED * POOLED;
const HIDDEN = 1024;

/** From what is cut out for each box, [N, 256, 7, 7], to its [N, 1024] features. */
export type BoxFeatures = (network: Network, cut: string, epsilon: number) => string;

/** Two connected layers: torchvision's TwoMLPHead. */
export const connectedFeatures: BoxFeatures = (network, cut) => {
  const flat = flatten(network, cut);
  const x = network.relu(network.connect(flat, 'roi_heads.box_head.fc6', INSIDE, HIDDEN));
  return network.relu(network.connect(x, 'roi_heads.box_head.fc7', HIDDEN, HIDDEN));
};

/** Four convolutions and one connected layer: torchvision's FastRCNNConvFCHead. */
export const convolvedFeatures: BoxFeatures = (network, cut, epsilon) => {
  const same = { from: PYRAMID_CHANNELS, to: PYRAMID_CHANNELS, kernel: 3, hasBias: false };
  let x = cut;
  for (const at of [0, 1, 2, 3]) {
    const name = `roi_heads.box_head.${at}`;
    x = network.convolve(x, [`${name}.0`], same);
    x = network.relu(network.normalise(x, `${name}.1`, PYRAMID_CHANNELS, epsilon));
  }
  return network.relu(network.connect(flatten(network, x), 'roi_heads.box_head.5', INSIDE, HIDDEN));
};

const flatten = (network: Network, x: string) => network.node('Flatten', [x], { axis: { int: 1 } });

/**
 * What a proposal is and where exactly.
 *
 * In: the pooled maps as the trunk gives them; for each of them `boxes<i>` [n, 4] (left, top, right, bottom in pixels
 * of the network's image; n may be 0) and `batch<i>` [n], int64, all zero.
 * Out, the boxes of all maps one behind the other: `logits` [N, classes] (the first is background) and `deltas`
 * [N, 4 * classes].
 */
export function headGraph(
  find: FindWeight,
  classes: number,
  epsilon: number,
  maps: readonly PooledMap[],
  features: BoxFeatures,
): OnnxGraph {
  const network = new Network(find);
  const cut = maps.map(({ name, stride }, at) =>
    network.node('RoiAlign', [name, `boxes${at}`, `batch${at}`], {
      // torchvision's `aligned=False`. From opset 16 on, left out it would mean something else.
      coordinate_transformation_mode: { text: 'output_half_pixel' },
      mode: { text: 'avg' },
      output_height: { int: POOLED },
      output_width: { int: POOLED },
      sampling_ratio: { int: 2 },
      spatial_scale: { float: 1 / stride },
    }),
  );
  const x = features(network, network.node('Concat', cut, { axis: { int: 0 } }), epsilon);
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
