import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

/** Who may import whom. This table is the plan of the house; change it only on purpose. */
const ROOMS: Readonly<
  Record<string, { readonly rooms: readonly string[]; readonly packages: readonly string[] }>
> = {
  binary: { rooms: [], packages: [] },
  domain: { rooms: [], packages: [] },
  formats: { rooms: ['binary', 'domain'], packages: ['fast-xml-parser', 'papaparse', 'yaml'] },
  detectors: { rooms: ['binary', 'domain'], packages: [] },
  editor: { rooms: ['domain'], packages: ['konva'] },
  services: { rooms: ['binary', 'domain', 'formats', 'detectors'], packages: [] },
  platform: {
    rooms: ['binary', 'domain', 'formats', 'detectors', 'services'],
    packages: [
      'dexie',
      'client-zip',
      'onnxruntime-web',
      'workbox-window',
      '@eslint-community/regexpp',
      'geotiff',
      'utif2',
      '@noble/hashes',
    ],
  },
  ui: { rooms: ['domain'], packages: ['svelte', 'bits-ui'] },
  features: {
    rooms: ['domain', 'editor', 'services', 'ui'],
    packages: ['svelte', '$app', '@lucide/svelte'],
  },
  boot: { rooms: ['domain', 'services', 'platform'], packages: [] },
  routes: { rooms: ['domain', 'features', 'ui', 'boot'], packages: ['svelte', '@sveltejs/kit', '$app'] },
};

/** Files longer than this hide a second idea; each exception is a decision. */
const MAX_LINES = 300;
const LONG: readonly string[] = [
  'src/lib/services/ports/database.ts', // one interface a store; a list of signatures
  'src/lib/editor/stage.ts', // drawing and pointer events of one Konva stage
  'src/lib/ui/i18n/en.ts', // a list of words
  'src/lib/ui/i18n/ja.ts',
  'src/lib/features/annotate/Annotate.svelte', // half of it is its style sheet
];

const FORMATS = 'src/lib/formats/all.ts';
const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((file) => `src/${file.replaceAll(path.sep, '/')}`)
  .filter((file) => /^src\/(lib|routes)\/.*\.(ts|svelte)$/.test(file) && !file.endsWith('.d.ts'));
const source = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));

const SPECIFIER =
  /(?:^|[\s;}])(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]|new URL\(\s*['"]([^'"]+)['"]/gm;
const specifiers = (file: string) =>
  [...source.get(file)!.matchAll(SPECIFIER)].map((match) => (match[1] ?? match[2] ?? match[3])!);
const room = (file: string) =>
  file.startsWith('src/routes/')
    ? 'routes'
    : path.relative('src/lib', file).split(path.sep)[0]!.replace(/\.ts$/, '');
const feature = (file: string) => file.match(/^src\/lib\/features\/([^/]+)\//)?.[1];

function target(from: string, specifier: string): string | null {
  const base = specifier.startsWith('$lib/')
    ? path.join('src/lib', specifier.slice(5))
    : specifier.startsWith('.')
      ? path.join(path.dirname(from), specifier)
      : null;
  return base === null
    ? null
    : ([base, `${base}.ts`, `${base}.svelte.ts`].find((file) => source.has(file)) ?? null);
}
const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

describe.each(files)('%s', (file) => {
  const own = ROOMS[room(file)];
  test('stands in a room of the plan and imports only what that room may import', () => {
    expect(own, `no room called "${room(file)}"`).toBeDefined();
    for (const specifier of specifiers(file)) {
      const to = target(file, specifier);
      if (to === null) {
        if (/^(\.|\$lib\/|https?:)/.test(specifier))
          expect(specifier, `${file}: nothing is there`).toMatch(/\.css$/);
        else
          expect(own?.packages, `${file} imports the package ${specifier}`).toContain(packageOf(specifier));
      } else if (room(to) !== room(file)) expect(own?.rooms, `${file} -> ${to}`).toContain(room(to));
      else expect(feature(to), `${file} reaches into another feature: ${to}`).toBe(feature(file));
    }
  });
  test('has one idea', () => {
    expect(path.basename(file)).not.toBe('index.ts');
    if (!LONG.includes(file))
      expect(source.get(file)!.split('\n').length, 'lines').toBeLessThanOrEqual(MAX_LINES);
  });
});

test('no import runs in a circle, types included', () => {
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file))
      throw new Error(`circle: ${[...trail.slice(trail.indexOf(file)), file].join(' -> ')}`);
    if (done.has(file)) return;
    for (const specifier of specifiers(file)) {
      const to = target(file, specifier);
      if (to !== null) visit(to, [...trail, file]);
    }
    done.add(file);
  };
  for (const file of files) visit(file, []);
});

/** Where all subjects meet: the use cases, the jobs by kind, and what each job is given and tells. */
const OVER_SUBJECTS = ['services.ts', 'worker-jobs.ts', 'job-kinds.ts'].map(
  (name) => `src/lib/services/${name}`,
);
/** The subject of a file in services; `ports` and what lies beside the folders serve all of them. */
const subject = (file: string) => file.match(/^src\/lib\/services\/(?!ports\/)([^/]+)\//)?.[1];

test('no subject of the services imports another, and what serves all of them imports none', () => {
  const crossing = files.flatMap((file) =>
    room(file) !== 'services' || OVER_SUBJECTS.includes(file)
      ? []
      : specifiers(file)
          .map((specifier) => target(file, specifier))
          .filter((to) => to !== null && subject(to) !== undefined && subject(to) !== subject(file))
          .map((to) => `${file} -> ${to}`),
  );
  expect(crossing).toEqual([]);
});

/** A worker is a root of its own: it joins the platform with the use cases that run in it. */
const isWorkerRoot = (file: string) => file.endsWith('.worker.ts');

test('the platform knows the services by their ports alone', () => {
  const upward = files.flatMap((file) =>
    room(file) !== 'platform' || isWorkerRoot(file)
      ? []
      : specifiers(file)
          .map((specifier) => target(file, specifier))
          .filter((to) => to !== null && room(to) === 'services' && !SEEN_BY_PLATFORM.test(to))
          .map((to) => `${file} -> ${to}`),
  );
  expect(upward).toEqual([]);
});
/** Besides the ports: how a job ends, and the names of its kinds. */
const SEEN_BY_PLATFORM = /^src\/lib\/services\/(ports\/.*|job|job-kinds)\.ts$/;

test('every format and every convention of detectors is in its list', () => {
  const listed = (list: string) => specifiers(list).map((specifier) => target(list, specifier));
  const conventions = files.filter((file) => file.startsWith('src/lib/detectors/conventions/'));
  expect(conventions.length).toBeGreaterThan(10);
  expect(conventions.filter((file) => !listed('src/lib/detectors/all.ts').includes(file))).toEqual([]);
  const formats = files.filter(
    (file) => /^src\/lib\/formats\//.test(file) && /^export const \w+: Format =/m.test(source.get(file)!),
  );
  expect(formats.length).toBeGreaterThan(4);
  expect(formats.filter((file) => !listed(FORMATS).includes(file))).toEqual([]);
});

test.each([
  ['konva', ['stage.ts']],
  [
    'dexie',
    [
      'schema.ts',
      'rekeyed.ts',
      'connection.ts',
      'stores.ts',
      'task-store.ts',
      'row-store.ts',
      'journal-rows.ts',
      'database.ts',
      'to-app-error.ts',
      'dump.ts',
      'watch-live.ts',
    ],
  ],
  ['client-zip', ['zip-writer.ts']],
  ['workbox-window', ['shell.ts']],
  ['onnxruntime-web', ['onnx-runtime.ts', 'runtime-files.ts']],
  ['fast-xml-parser', ['voc-file.ts', 'label-config.ts', 'xml.ts']],
  ['papaparse', ['table.ts']],
  ['yaml', ['yolo.ts', 'yolo-names.ts']],
  ['geotiff', ['geotiff.ts']],
  ['utif2', ['fax.ts']],
  ['@noble/hashes', ['sha256.ts']],
])('%s has one door', (name, doors) => {
  const users = files.filter((file) => specifiers(file).includes(name)).map((file) => path.basename(file));
  expect(users.filter((file) => !doors.includes(file))).toEqual([]);
});

/** Code of the whole app, the service worker's too, without comments. */
const code = new Map(
  readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((file) => `src/${file.replaceAll(path.sep, '/')}`)
    .filter((file) => /\.(ts|svelte)$/.test(file))
    .map((file) => [file, readFileSync(file, 'utf8').replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '')]),
);
const filesWith = (pattern: RegExp) =>
  [...code].flatMap(([file, text]) => (pattern.test(text) ? [file] : [])).sort();

test('one file alone opens connections to the database, past Dexie too', () => {
  const opens = /(?<!')\bindexedDB\b|\bnew \w*Dexie\b|\bextends Dexie\b|\bbackendDB\b/;
  expect(filesWith(opens)).toEqual([
    'src/lib/platform/database/connection.ts',
    // A database of its own that holds random bytes for a moment, and nothing of a person's.
    'src/lib/platform/database/fresh-log.ts',
  ]);
});

test('no cursor runs over unique keys, which WebKit cannot open over an empty range', () => {
  expect(filesWith(/\buniqueKeys\b|\beachUniqueKey\b|\b(next|prev)unique\b/)).toEqual([]);
});

test('one file alone writes files, and one gives it what browsers without createWritable have', () => {
  expect(filesWith(/\bcreateWritable\b/)).toEqual(['src/lib/platform/files/file-writer.ts']);
  expect(filesWith(/\bcreateSyncAccessHandle\b/)).toEqual(['src/lib/platform/files/part-file.ts']);
});

test('threads speak with each other through the channel alone', () => {
  const speaks =
    /\bpostMessage\b|\bonmessage\b|\bonmessageerror\b|\bnew (MessageChannel|BroadcastChannel|SharedWorker)\b/;
  expect(filesWith(speaks)).toEqual(
    [
      'src/lib/platform/workers/channel.ts',
      // The service worker may be of another version: its few messages are no calls. Both of its ends:
      'src/lib/platform/workers/service-worker.ts',
      'src/service-worker/earlier-versions.ts',
      'src/service-worker/index.ts',
      // Posts itself a message, for its time; no other thread is there.
      'src/lib/ui/after-paint.ts',
    ].sort(),
  );
  // The build finds a worker by these words alone; it is started for a channel, and by nobody else.
  const started =
    /openChannel<\w+>\(\s*\(\) =>\s*new Worker\(new URL\('[^']+\.worker\.ts', import\.meta\.url\)/g;
  const others = [...code].filter(([, text]) => /\bnew (Bare)?Worker\(/.test(text.replaceAll(started, '')));
  expect(others.map(([file]) => file)).toEqual(['src/lib/platform/workers/policed-worker.ts']);
  expect([...code.values()].join('').match(started)).toHaveLength(8);
});

test('every custom property that a style uses is set somewhere', () => {
  const styles = [...source.values(), readFileSync('src/app.css', 'utf8')];
  const named = (pattern: RegExp) =>
    new Set(styles.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name)));
  const set = named(/(?:^|[\s"'{;]|style:)(--[\w-]+)\s*[:=]/gm);
  expect([...named(/var\((--[\w-]+)\)/g)].filter((name) => !set.has(name))).toEqual([]);
});
