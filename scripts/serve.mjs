import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { HEADERS } from '../src/content-policy.js';

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSED = new Set(['.html', '.js', '.mjs', '.css', '.json', '.webmanifest', '.svg', '.wasm']);

/**
 * A small static server on this machine alone.
 *
 * `plain` behaves as the plainest static host does: no headers of the app's, unknown addresses answer 404 with the
 * app's shell. Otherwise it sends what the ready files ask a host to send, and the shell answers 200. `headers` are
 * sent instead.
 *
 * @param {{ root: string, port?: number, base?: string, plain?: boolean, cacheControl?: string,
 *   headers?: Readonly<Record<string, string>> | undefined }} options
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 */
export function serve({
  root,
  port = 0,
  base = '',
  plain = false,
  cacheControl = 'no-cache',
  headers: sent,
}) {
  /** @type {Map<string, Buffer>} */
  const zipped = new Map();

  const fileOf = (/** @type {string} */ pathname) => {
    if (!pathname.startsWith(`${base}/`)) return null;
    const file = path.join(root, path.posix.normalize(pathname.slice(base.length)));
    const inside = path.relative(root, file);
    if (inside.startsWith('..') || path.isAbsolute(inside)) return null;
    return (
      [file, path.join(file, 'index.html'), `${file}.html`].find((name) =>
        statSync(name, { throwIfNoEntry: false })?.isFile(),
      ) ?? null
    );
  };

  const server = createServer((request, response) => {
    const pathname = decode(new URL(request.url ?? '/', 'http://localhost').pathname);
    const found = pathname === null ? null : fileOf(pathname);
    const file = found ?? path.join(root, '404.html');
    const ending = path.extname(file);
    const headers = {
      'Content-Type': TYPES[ending] ?? 'application/octet-stream',
      'Cache-Control': cacheControl,
      ...(sent ?? (plain ? {} : HEADERS)),
    };
    const status = found || (!plain && !path.extname(pathname ?? '')) ? 200 : 404;
    if (!COMPRESSED.has(ending) || !request.headers['accept-encoding']?.includes('gzip')) {
      response.writeHead(status, headers);
      createReadStream(file).pipe(response);
      return;
    }
    const body = zipped.get(file) ?? gzipSync(readFileSync(file));
    zipped.set(file, body);
    response.writeHead(status, { ...headers, 'Content-Encoding': 'gzip', 'Content-Length': body.length });
    response.end(body);
  });

  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const taken = typeof address === 'object' && address ? address.port : port;
      const close = () =>
        new Promise((/** @type {(value: void) => void} */ closed) => {
          server.close(() => closed());
          server.closeAllConnections();
        });
      done({ url: `http://localhost:${taken}${base}/`, port: taken, close });
    });
  });
}

function decode(/** @type {string} */ pathname) {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return null;
  }
}
