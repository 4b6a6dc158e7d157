import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DIRECTIVES, HEADERS } from '../../../src/content-policy.js';
import config from '../../../svelte.config.js';

/** The headers that a ready file makes a host send. */
const headersIn = (file: string, line: RegExp) =>
  Object.fromEntries(
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((text) => {
        const [, name, value] = line.exec(text) ?? [];
        return name === undefined ? [] : [[name, value]];
      }),
  );

describe('the headers of the ready files are those of the policy', () => {
  test.each([
    ['static/_headers', /^ {2}([\w-]+): (.+)$/],
    ['static/.htaccess', /^ {2}Header always set ([\w-]+) "(.+)"$/],
    ['hosting/nginx.conf', /^add_header ([\w-]+) "(.+)" always;$/],
  ])('%s', (file, line) => expect(headersIn(file, line)).toEqual(HEADERS));
});

test('the header says what the page says, and who may frame it', () => {
  const header = HEADERS['Content-Security-Policy'].split('; ').map((one) => one.split(' '));
  const page: Record<string, readonly string[]> = DIRECTIVES;
  expect(config.kit?.csp?.directives).toBe(DIRECTIVES);
  expect(header.map(([name]) => name)).toEqual([...Object.keys(page), 'frame-ancestors']);
  for (const [name, ...sources] of header.slice(0, -1)) {
    // Inline script and style run by the hashes of the page's own policy, which holds beside this one.
    const isByHash = name === 'script-src' || name === 'style-src';
    expect(
      sources
        .filter((source) => !isByHash || source !== "'unsafe-inline'")
        .map((one) => one.replaceAll("'", '')),
    ).toEqual(page[name!]);
  }
  expect(header.at(-1)).toEqual(['frame-ancestors', "'none'"]);
  expect(page['connect-src']).toEqual(['self']);
  expect(page['default-src']).toEqual(['none']);
});

test('files for the host are nothing that the service worker asks for', () => {
  const asks =
    config.kit?.serviceWorker && 'files' in config.kit.serviceWorker ? config.kit.serviceWorker.files : null;
  expect(
    ['_headers', '.htaccess', 'manifest.webmanifest', 'sample/truth.json'].filter((name) => asks?.(name)),
  ).toEqual(['manifest.webmanifest', 'sample/truth.json']);
});
