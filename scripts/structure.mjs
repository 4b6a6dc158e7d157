import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * `node scripts/structure.mjs [folder]`: what the shape of the source is in numbers, of this tree or of another one of
 * the project, so that a change of the structure can be held against what was before.
 */
const root = process.argv[2] ?? '.';
const files = readdirSync(path.join(root, 'src/lib'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(ts|svelte)$/.test(file) && !file.endsWith('.d.ts'))
  .map((file) => ({ file, text: readFileSync(path.join(root, 'src/lib', file), 'utf8') }));

const count = (/** @type {string} */ text, /** @type {RegExp} */ pattern) =>
  [...text.matchAll(pattern)].length;
const most = (
  /** @type {readonly { file: string, text: string }[]} */ of,
  /** @type {(text: string) => number} */ measure,
) =>
  of
    .map(({ file, text }) => ({ file, value: measure(text) }))
    .reduce((a, b) => (b.value > a.value ? b : a), { file: '', value: 0 });
const sum = (
  /** @type {readonly { text: string }[]} */ of,
  /** @type {(text: string) => number} */ measure,
) => of.reduce((total, { text }) => total + measure(text), 0);

const lines = (/** @type {string} */ text) => text.split('\n').length;
const isWords = (/** @type {{ file: string }} */ { file }) => file.startsWith('ui/i18n/');
const exported = (/** @type {string} */ text) =>
  count(text, /^export (?:async )?(?:const|let|function\*?|class|interface|type|enum) /gm);
const css = (/** @type {string} */ text) =>
  /<style>([\s\S]*)<\/style>/.exec(text)?.[1]?.trim().split('\n').length ?? 0;

const scripts = files.filter(({ file }) => file.endsWith('.ts'));
const features = files.filter(({ file }) => file.startsWith('features/'));
/** Where the input and the report of a job cross: whoever starts one, what stands between, and the list of jobs. */
const jobs = files.filter(
  ({ file, text }) =>
    /(^|\/)(contract|[\w-]*job[\w-]*)\.(worker\.)?ts$/.test(file) || /\bjobs\.run/.test(text),
);

/** The folder of a file in services: a subject, or what serves all of them. */
const subject = (/** @type {string} */ file) => /^services\/(?!ports\/)([^/]+)\//.exec(file)?.[1] ?? '';
const MEETING = /^services\/(services|worker-jobs|job-kinds)\.ts$/;

function crossing() {
  let found = 0;
  for (const { file, text } of files.filter(
    ({ file }) => file.startsWith('services/') && !MEETING.test(file),
  ))
    for (const [, specifier] of text.matchAll(/from '(\.[^']+)'/g)) {
      const to = path.posix.join(path.posix.dirname(file), /** @type {string} */ (specifier));
      if (subject(`${to}.ts`) !== '' && subject(`${to}.ts`) !== subject(file)) found += 1;
    }
  return found;
}

const largest = most(
  files.filter((one) => !isWords(one)),
  lines,
);
const widest = most(scripts, exported);
const rows = [
  ['files', files.length],
  ['lines', sum(files, lines)],
  ['largest file', `${largest.value} lines, ${largest.file}`],
  ['files over 300 lines', files.filter((one) => !isWords(one) && lines(one.text) > 300).length],
  ['exported names a file', (sum(scripts, exported) / scripts.length).toFixed(2)],
  ['most exported names', `${widest.value}, ${widest.file}`],
  ['imports from subject to subject, or up to one, in services', crossing()],
  [
    '`as never` and `unknown` where jobs cross',
    sum(jobs, (text) =>
      count(text, /\bas never\b|\bJob<never>|\b(?:input|detail)\??: unknown\b|\.detail as \w+/g),
    ),
  ],
  ['lines of CSS in features', sum(features, css)],
];
const width = Math.max(...rows.map(([name]) => String(name).length));
for (const [name, value] of rows) console.log(`${String(name).padEnd(width)}  ${value}`);
