import type { Size } from '$lib/domain/geometry';
import type { OnnxGraph } from '../onnx/write';
import { shapesOf, type DefaultLevel } from './default-boxes';
import type { Network } from './network';
import type { FeatureMap } from './resnet50';

/**
 * Adds the layers of a head: `name` is its module for this level, `to` its number of channels, `output` the name of
 * its output.
 */
export type DrawHead = (
  map: Pick<FeatureMap, 'map' | 'channels'>,
  name: string,
  to: number,
  output: string,
) => void;

/** The graph over `maps`, one per level, with the outputs that `ssdBoxes` decodes. */
export function ssdGraph(
  network: Network,
  maps: readonly Pick<FeatureMap, 'map' | 'channels'>[],
  levels: readonly DefaultLevel[],
  classes: number,
  size: Size,
  draw: DrawHead,
): OnnxGraph {
  const outputs = maps.flatMap((map, at) => {
    const shapes = shapesOf(levels[at]!);
    const head = (part: string, to: number, output: string) => {
      draw(map, `head.${part}.module_list.${at}`, to, output);
      return network.output(output, to);
    };
    return [
      head('classification_head', shapes * classes, `logits${at}`),
      head('regression_head', shapes * 4, `deltas${at}`),
    ];
  });
  const image = { name: 'image', type: 'float32' as const, shape: [1, 3, size.height, size.width] };
  return network.graph('network', [image], outputs);
}
