import { isAt } from '$lib/binary/bytes';
import type { RandomAccess } from '$lib/binary/random-access';

const STARTS: readonly (readonly [kind: string, bytes: readonly number[], at?: number])[] = [
  ['7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['RAR', [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['tar', [0x75, 0x73, 0x74, 0x61, 0x72], 257],
];

/** The name of a packed file's format that is not zip; null if the format is unknown. */
export async function packedKind(source: RandomAccess, name: string): Promise<string | null> {
  const head = await source.read(0, 512);
  const kind = STARTS.find(([, bytes, at = 0]) => isAt(head, at, bytes))?.[0];
  if (kind === undefined) return null;
  return kind === 'gzip' && /\.(tar\.gz|tgz)$/i.test(name) ? 'tar.gz' : kind;
}

/** The names of compression methods in zips (APPNOTE 4.4.5). */
const METHODS: ReadonlyMap<number, string> = new Map([
  [1, 'Shrink'],
  [6, 'Implode'],
  [12, 'BZip2'],
  [14, 'LZMA'],
  [93, 'Zstandard'],
  [95, 'XZ'],
  [96, 'JPEG'],
  [97, 'WavPack'],
  [98, 'PPMd'],
]);

export const methodName = (method: number): string => METHODS.get(method) ?? `method ${method}`;
