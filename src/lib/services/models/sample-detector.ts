import type { ProjectId } from '$lib/domain/ids';
import type { Models } from './models';
import type { Ports } from '../ports/ports';

/**
 * Connects the detector that comes with the app to a sample project: it finds what its one label means, so there is
 * nothing to ask. It is read only here, so nobody waits for it who does not try the sample.
 */
export const makeSampleDetector = ({ samples }: Pick<Ports, 'samples'>, models: Models) => ({
  async connect(projectId: ProjectId, name: string): Promise<void> {
    const inspected = await models.inspect(projectId, { file: await samples.detector(), beside: [] });
    const { classNames, labelOfClass, identified } = inspected;
    // A network this small is done on the processor before the graphics device has begun.
    const fields = { name, isInteractive: true, classNames, labelOfClass, provider: 'wasm' } as const;
    await models.connect(projectId, inspected, { ...fields, settings: identified.settings }, null);
  },
});
