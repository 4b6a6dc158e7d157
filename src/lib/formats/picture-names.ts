import { pathInAddress } from './label-studio-address';
import { folderOf, nameIn } from './paths';

/**
 * What a picture may be called that tools have renamed. A name as it stands always comes before one that was taken
 * apart, since pictures may really be called so.
 */

/** A path as we write paths: with `/`, without a drive, a leading `/`, or steps out of where it begins. */
export function plainPath(path: string): string {
  const parts = path
    .replaceAll('\\', '/')
    .replace(/^[a-z]:\//i, '')
    .split('/');
  return parts.filter((part) => part !== '' && part !== '.' && part !== '..').join('/');
}

/** The path inside an address, or with its percent signs decoded; null where that is no other one. */
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

/** Roboflow: `IMG_0001.jpg` becomes `IMG_0001_jpg.rf.<digits>.jpg`, and each copy that it makes has other digits. */
const ROBOFLOW = /^(.+)\.rf\.[0-9a-z]{16,}(?:\.[^.]*)?$/i;

/** The name before Roboflow renamed it, as `looseName` writes names; null where it has not. */
export function nameBeforeRoboflow(path: string): string | null {
  const before = ROBOFLOW.exec(nameIn(path))?.[1];
  return before === undefined ? null : looseName(before);
}

/** A name without the difference between the signs that Roboflow replaces. */
export const looseName = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_');
