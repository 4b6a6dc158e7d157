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

/** An architecture that is recognized by name but cannot run here. */
const named = (id: string, name: string, keys: readonly string[]): Architecture => ({
  id,
  name: () => name,
  matches: ({ tensors }) => keys.every((key) => tensors.has(key)),
  runs: null,
});

/**
 * All detectors of torchvision, the most specific first; the last entry matches any other two-stage detector.
 */
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

/** The pipeline of a `.pth`: graphs whose weights are the file's own bytes, and the code between them. */
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
