import { pathInAddress } from './label-studio-address';
import { folderOf, nameIn } from './paths';

/**
 * The names that a renamed picture may have had. The name as it stands is always tried before a derived one, since
 * pictures may really be called so.
 */

/** Normalizes a path: `/` as the separator, no drive, no leading `/`, and no steps out of its start. */
export function plainPath(path: string): string {
  const parts = path
    .replaceAll('\\', '/')
    .replace(/^[a-z]:\//i, '')
    .split('/');
  return parts.filter((part) => part !== '' && part !== '.' && part !== '..').join('/');
}

/** The path inside a URL, or with its percent signs decoded; null if that is the same path. */
export function decodedPath(path: string): string | null {
  if (!/%[0-9a-f]{2}|[?&]d=|^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return null;
  const decoded = pathInAddress(path);
  return decoded === path ? null : decoded;
}

/** Label Studio puts eight hexadecimal digits before the name of an upload. */
const UPLOAD = /^[0-9a-f]{8}(?:-|__)(.+)$/i;

export function withoutUploadPrefix(path: string): string | null {
  const bare = UPLOAD.exec(nameIn(path))?.[1];
  if (bare === undefined) return null;
  const folder = folderOf(path);
  return folder === '' ? bare : `${folder}/${bare}`;
}

/** Roboflow renames `IMG_0001.jpg` to `IMG_0001_jpg.rf.<digits>.jpg`; each copy has other digits. */
const ROBOFLOW = /^(.+)\.rf\.[0-9a-z]{16,}(?:\.[^.]*)?$/i;

/** The name before Roboflow renamed it, in the notation of `looseName`; null if Roboflow did not rename it. */
export function nameBeforeRoboflow(path: string): string | null {
  const before = ROBOFLOW.exec(nameIn(path))?.[1];
  return before === undefined ? null : looseName(before);
}

/** A name with all characters that Roboflow replaces mapped to the same one. */
export const looseName = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_');
