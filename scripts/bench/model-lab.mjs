import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, defaultClientConditions, runnerImport } from 'vite';
import { serve } from '../serve.mjs';

/** @import { Page } from 'playwright' */

const MODELS = '../shared/data/models';
const JPEGS = '../shared/data/bccd/BCCD/JPEGImages';
const OWN_JPEGS = 'static/sample/pictures';
const OTHER_REFERENCES = 'tests/fixtures/torchvision-more';
const RUNTIME = 'node_modules/onnxruntime-web/dist';
const $lib = fileURLToPath(new URL('../../src/lib', import.meta.url));

/** The model of this name; null, with a word, where the shared models are not here. */
export function sharedModel(/** @type {string} */ name) {
  const file = path.join(MODELS, name);
  if (existsSync(file)) return file;
  console.log(`${file} is not here: what needs it is left out.`);
  return null;
}

/** A folder of so many JPEGs: the shared ones of 640 x 480, else copies of the sample's of 640 x 512. */
export function jpegFolder(/** @type {number} */ count) {
  const from = existsSync(JPEGS) ? JPEGS : OWN_JPEGS;
  if (from === OWN_JPEGS) console.log(`${JPEGS} is not here: the sample's pictures are used.`);
  const names = readdirSync(from)
    .filter((name) => name.endsWith('.jpg'))
    .sort();
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'kakomi-bench-')), 'images');
  mkdirSync(folder);
  for (let at = 0; at < count; at += 1)
    copyFileSync(
      path.join(from, /** @type {string} */ (names[at % names.length])),
      path.join(folder, `${at}.jpg`),
    );
  return folder;
}

/** A module of the tests', which make the models that weigh too much to be kept. */
const fixture = async (/** @type {string} */ name) =>
  (
    await runnerImport(`./tests/fixtures/${name}.ts`, {
      configFile: false,
      logLevel: 'error',
      resolve: { alias: { $lib } },
    })
  ).module;

/** The 166 MB `.pth`, made where it is not there yet by what the tests make it with. Its path. */
export const trainedPth = async () =>
  /** @type {string} */ (await (await fixture('torchvision')).trainedPthFile());

/** Torchvision's other detectors, by the names that they have there: those that the tests have a reference of. */
export const OTHER_DETECTORS = readdirSync(OTHER_REFERENCES)
  .filter((name) => name.endsWith('.json'))
  .map((name) => path.parse(name).name);

/** The `.pth` of one of them with weights that are generated, in a folder that the caller removes. Its path. */
export async function otherPth(/** @type {string} */ model) {
  const { generatedPth, moreReference } = await fixture('torchvision-more');
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'kakomi-bench-')), `${model}.pth`);
  writeFileSync(file, new Uint8Array(await generatedPth(moreReference(model).tensors).arrayBuffer()));
  return file;
}

/** @type {string | null} */
let folder = null;

/** model-parts.mjs as one file, with the runtime's files beside it. */
async function built() {
  if (folder !== null) return folder;
  folder = mkdtempSync(path.join(tmpdir(), 'kakomi-lab-'));
  process.on('exit', () => rmSync(/** @type {string} */ (folder), { recursive: true, force: true }));
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    resolve: { alias: { $lib }, conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
    worker: { format: 'es' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      lib: { entry: 'scripts/bench/model-parts.mjs', formats: ['es'], fileName: () => 'parts.mjs' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  for (const name of ['ort-wasm-simd-threaded', 'ort-wasm-simd-threaded.jspi'])
    for (const kind of ['mjs', 'wasm'])
      copyFileSync(path.join(RUNTIME, `${name}.${kind}`), path.join(folder, `${name}.${kind}`));
  writeFileSync(path.join(folder, '404.html'), '<!doctype html><title>bench</title><input type="file">');
  return folder;
}

/**
 * Asks one of model-parts.mjs on a page of its own, in a worker as the app's detectors have one. `files`: served
 * beside it, by name; `chosen`: given to it as `model`, as a file that a person chose.
 *
 * @param {Page} beside
 * @param {string} part
 * @param {{ files?: Record<string, string>, chosen?: string, about?: Record<string, unknown> }} given
 * @returns {Promise<{ ms: number, limit: number }>}
 */
export async function ask(beside, part, { files = {}, chosen, about = {} } = {}) {
  const root = await built();
  for (const [name, file] of Object.entries(files)) copyFileSync(file, path.join(root, name));
  const server = await serve({ root });
  const page = await beside.context().newPage();
  try {
    await page.goto(`${server.url}404.html`);
    if (chosen !== undefined) await page.locator('input').setInputFiles(chosen);
    const answer = await page.evaluate(
      async (question) => {
        const worker = new Worker('/parts.mjs', { type: 'module' });
        const model = document.querySelector('input')?.files?.[0];
        const told = new Promise(
          (/** @type {(answer: { ms: number, limit: number, error?: string }) => void} */ done) => {
            worker.onmessage = ({ data }) => done(data);
            worker.onerror = ({ message }) =>
              done({ ms: 0, limit: 0, error: message || 'the worker did not start' });
          },
        );
        worker.postMessage(model === undefined ? question : { ...question, model });
        const answered = await told;
        worker.terminate();
        return answered;
      },
      { part, ...about },
    );
    if (answer.error !== undefined) throw new Error(`${part}: ${answer.error}`);
    return answer;
  } finally {
    await page.close();
    await server.close();
  }
}
