import { USUAL } from '$lib/detectors/convention';
import type { Identified } from '$lib/detectors/detector';
import { asId } from '$lib/domain/ids';
import { makeModels } from '$lib/services/models/models';
import type { DetectorRuntime } from '$lib/services/ports/inference';
import type { Ports } from '$lib/services/ports/ports';
import { makeSampleDetector } from '$lib/services/models/sample-detector';
import { expect, test } from 'vitest';
import { aProject } from '../../fixtures/builders';
import { aWorld } from '../../fixtures/world';

const PROJECT = asId<'project'>('project-1');
const IDENTIFIED: Identified = {
  kind: 'onnx',
  architecture: 'torchvision',
  knownBy: 'names',
  classNames: null,
  classCount: null,
  settings: { ...USUAL, convention: 'torchvision', fit: 'native' },
  inputs: [],
  outputs: [],
  externalFiles: [],
  warnings: [],
};

function aSampleWorld(keepOffline: () => Promise<void>) {
  const world = aWorld();
  const detectors = {
    keepOffline,
    identify: () => Promise.resolve({ identified: IDENTIFIED, conventions: [] }),
  } as unknown as DetectorRuntime;
  const samples = {
    load: () => Promise.resolve([]),
    detector: () => Promise.resolve(new File(['weights'], 'sample-detector.onnx')),
  };
  const ports = { ...world.ports, detectors, samples } as Ports;
  return { ...world, sampleDetector: makeSampleDetector(ports, makeModels(ports)) };
}

test('the sample’s detector is connected to the project’s one label, and asked at every task', async () => {
  const { database, models, sampleDetector } = aSampleWorld(() => Promise.resolve());
  const project = aProject();
  await database.projects.put({ ...project, labels: project.labels.slice(0, 1) });
  await sampleDetector.connect(PROJECT, 'Sample detector');
  const [model, ...others] = await database.models.forProject(PROJECT);
  expect(others).toHaveLength(0);
  expect(model).toMatchObject({
    name: 'Sample detector',
    fileName: 'sample-detector.onnx',
    isInteractive: true,
    provider: 'wasm',
    classNames: [project.labels[0]!.name],
    labelOfClass: [project.labels[0]!.id],
  });
  expect(models.has(model!.hash)).toBe(true);
});

test('it is connected before the runtime is fetched, which can take long', async () => {
  const { database, sampleDetector } = aSampleWorld(() => new Promise(() => undefined));
  await database.projects.put(aProject());
  void sampleDetector.connect(PROJECT, 'Sample detector');
  await expect.poll(async () => (await database.models.forProject(PROJECT)).length).toBe(1);
});
