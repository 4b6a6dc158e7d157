import type { OnnxGraph } from '../onnx/write';
import { PYRAMID_CHANNELS } from './feature-pyramid';
import { Network, type FindWeight } from './network';
import { POOLED_MAPS } from './resnet50-fpn';

/** Side of what is cut out for each box, in cells. */
const POOLED = 7;
const HIDDEN = 1024;

/**
 * What a proposal is and where exactly.
 *
 * In: `p2`..`p5` as the trunk gives them; for each of them `boxes<i>` [n, 4] (left, top, right, bottom in pixels of
 * the network's image; n may be 0) and `batch<i>` [n], int64, all zero.
 * Out, the boxes of all maps one behind the other: `logits` [N, classes] (the first is background) and `deltas`
 * [N, 4 * classes].
 */
export function headGraph(find: FindWeight, classes: number): OnnxGraph {
  const network = new Network(find);
  const cut = POOLED_MAPS.map((map, at) =>
    network.node('RoiAlign', [map, `boxes${at}`, `batch${at}`], {
      // torchvision's `aligned=False`. From opset 16 on, left out it would mean something else.
      coordinate_transformation_mode: { text: 'output_half_pixel' },
      mode: { text: 'avg' },
      output_height: { int: POOLED },
      output_width: { int: POOLED },
      sampling_ratio: { int: 2 },
      spatial_scale: { float: 1 / 2 ** (at + 2) },
    }),
  );
  const flat = network.node('Flatten', [network.node('Concat', cut, { axis: { int: 0 } })], {
    axis: { int: 1 },
  });
  const inside = PYRAMID_CHANNELS * POOLED * POOLED;
  let x = network.relu(network.connect(flat, 'roi_heads.box_head.fc6', inside, HIDDEN));
  x = network.relu(network.connect(x, 'roi_heads.box_head.fc7', HIDDEN, HIDDEN));
  network.connect(x, 'roi_heads.box_predictor.cls_score', HIDDEN, classes, 'logits');
  network.connect(x, 'roi_heads.box_predictor.bbox_pred', HIDDEN, classes * 4, 'deltas');
  return network.graph(
    'head',
    [
      ...POOLED_MAPS.map((name) => ({
        name,
        type: 'float32' as const,
        shape: [1, PYRAMID_CHANNELS, `${name}_height`, `${name}_width`],
      })),
      ...POOLED_MAPS.map((_, at) => ({ name: `boxes${at}`, type: 'float32' as const, shape: [`n${at}`, 4] })),
      ...POOLED_MAPS.map((_, at) => ({ name: `batch${at}`, type: 'int64' as const, shape: [`n${at}`] })),
    ],
    [
      { name: 'logits', type: 'float32', shape: ['n', classes] },
      { name: 'deltas', type: 'float32', shape: ['n', classes * 4] },
    ],
  );
}
