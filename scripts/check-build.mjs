import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Addresses that only name something and are never asked for. */
const NAMES_ONLY = [
  'http://www.w3.org/', // XML namespaces
  'https://svelte.dev/e/', // where Svelte's error messages are explained
  'https://kit.svelte.dev/', // where the router's error messages are explained
  'https://svelte.dev/docs/', // likewise
  'https://bugs.webkit.org/', // comments of libraries
  'https://bugs.chromium.org/',
  'https://github.com/', // likewise
  'https://goo.gl/', // Dexie's and Workbox's error messages
  'http://bit.ly/', // likewise
  'https://bit.ly/', // likewise
  'https://tinyurl.com/', // likewise
  'https://konvajs.org/docs/', // Konva's error messages
  'https://rolldown.rs/', // the bundler's error messages
  'https://web.dev/cross-origin-isolation-guide/', // ONNX Runtime's error messages
  'http://www.apache.org/licenses/', // a library's licence
  'https://dexie.org/',
  'http://dexie.org/',
  'http://a', // made-up addresses that parsers are preprocessed with
  'https://a',
  'http://localhost',
];

const files = readdirSync('build', { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.(js|mjs|css|html|json|webmanifest|svg)$/.test(file),
);
let count = 0;
for (const file of files) {
  const text = readFileSync(path.join('build', file), 'utf8');
  for (const [address] of text.matchAll(/(?:https?|wss?):\/\/[a-z0-9][^\s"'`<>)\\]*/gi)) {
    if (NAMES_ONLY.some((known) => address.startsWith(known))) continue;
    console.error(`build/${file}: ${address}`);
    count += 1;
  }
}
console.log(`${files.length} files, ${count} addresses of other origins`);
process.exit(count === 0 && files.length > 0 ? 0 : 1);
