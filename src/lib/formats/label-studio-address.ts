import type { Fields } from '$lib/domain/kept';

/**
 * Picture addresses of Label Studio. Local files: `/data/local-files/?d=<path, percent-encoded>`, on Windows with
 * backslashes; uploads: `/data/upload/<project>/<8 hex>-<name>`; anything else is a URL or a path.
 */
export const localAddress = (path: string): string =>
  `/data/local-files/?d=${path.split('/').map(encodeURIComponent).join('/')}`;

/** The picture's path, as far as the address contains it. */
export function pathInAddress(address: string): string {
  const local = /[?&]d=([^&]*)/.exec(address)?.[1];
  const raw = decoded(local ?? address.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*\//i, '').replace(/[?#].*$/, ''));
  const path = raw.replaceAll('\\', '/').replace(/^\/+/, '');
  if (/(^|\/)data\/upload\//.test(path)) return path.replace(/^.*\/(?:[0-9a-f]{8}-)?/, '');
  return path;
}

/** Percent signs that encode nothing stay as they are. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The member of a task's data that names the picture: `image`, or the first value that looks like an address.
 */
export function addressKeyIn(data: Fields): string | null {
  const known = ['image', '$undefined$', 'img', 'url'].find(
    (key) => typeof data[key] === 'string' && data[key] !== '',
  );
  if (known !== undefined) return known;
  const like = Object.entries(data).find(
    ([, value]) => typeof value === 'string' && /\.(jpe?g|png|tiff?|bmp|gif|webp|avif)$/i.test(value),
  );
  return like?.[0] ?? null;
}
