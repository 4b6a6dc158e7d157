import type { ProjectId } from '$lib/domain/ids';
import type { Models } from './models';
import type { Ports } from '../ports/ports';

/**
 * Connects the detector that comes with the app to a sample project. Its classes match the project's one label, so no
 * question is necessary. The file is read only here, so that nobody waits for it who does not try the sample.
 */
export const makeSampleDetector = ({ samples }: Pick<Ports, 'samples'>, models: Models) => ({
  async connect(projectId: ProjectId, name: string): Promise<void> {
    const inspected = await models.inspect(projectId, { file: await samples.detector(), beside: [] });
    const { classNames, labelOfClass, identified } = inspected;
    // A network this small finishes on the processor before the graphics device has started.
    const fields = { name, isInteractive: true, classNames, labelOfClass, provider: 'wasm' } as const;
    await models.connect(projectId, inspected, { ...fields, settings: identified.settings }, null);
  },
});
