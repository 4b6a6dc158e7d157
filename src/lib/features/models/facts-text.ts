import type { Inspected } from '$lib/services/models/models';

type Identified = Inspected['identified'];

/** A model's inputs and outputs as plain text, for reporting a kind of model that is not supported yet. */
export const factsText = (
  fileName: string,
  { architecture, inputs, outputs, settings }: Identified,
): string =>
  [
    fileName,
    `${architecture || 'unknown'} (${settings.convention || 'no convention'})`,
    ...inputs.map((info) => `input  ${tensorText(info)}`),
    ...outputs.map((info) => `output ${tensorText(info)}`),
  ].join('\n');

const tensorText = ({ name, type, shape }: Identified['inputs'][number]): string =>
  `${name} ${type} [${shape?.join(', ') ?? '?'}]`;
