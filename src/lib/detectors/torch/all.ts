import type { DetectorSettings } from '$lib/domain/model';
import type { Identified, Pipeline } from '../detector';
import type { Architecture } from './architecture';
import { fasterRcnn, fasterRcnn2, fasterRcnnMobile, fasterRcnnMobile320 } from './fasterrcnn';
import { fcos } from './fcos';
import { refusal } from './refusal';
import { retinaNet1, retinaNet2 } from './retinanet';
import { ssd300 } from './ssd300';
import { ssdLite320 } from './ssdlite320';
import type { StateDict } from './state-dict';
import { CLASS_SCORES } from './two-stage';

/** Told by name until it runs here. */
const named = (id: string, name: string, keys: readonly string[]): Architecture => ({
  id,
  name: () => name,
  matches: ({ tensors }) => keys.every((key) => tensors.has(key)),
  runs: null,
});

/** Every detector of torchvision, the telling ones first; the last is any other two-stage one. */
export const ARCHITECTURES: readonly Architecture[] = [
  fasterRcnn2,
  fasterRcnnMobile,
  fasterRcnnMobile320,
  fasterRcnn,
  fcos,
  retinaNet2,
  retinaNet1,
  ssd300,
  ssdLite320,
  named('fasterrcnn-other', 'Faster R-CNN', [CLASS_SCORES]),
];

/** The graphs of a `.pth` over the file's own bytes, and the glue between them. */
export async function pthPipeline(
  state: StateDict,
  file: Blob,
  identified: Identified,
  settings: DetectorSettings,
): Promise<Pipeline> {
  const architecture = ARCHITECTURES.find(({ id }) => id === settings.convention);
  if (!architecture?.runs) throw refusal('architecture', { name: identified.architecture });
  return architecture.runs.pipeline(state, file, settings);
}
