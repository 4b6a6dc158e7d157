import type { Page } from '@playwright/test';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generatedPth, MORE_MODELS, moreReference } from '../fixtures/torchvision-more';
import { expect, test } from './fixtures';
import { addStorage, createProject, syncStorage } from './steps';
import { predictions, type StoredPrediction } from './stored';
import { hasShared, shared } from '../fixtures/shared';

const MODELS = shared('models');
const PHOTOS = shared('photos');
const TORCHVISION = 'tests/fixtures/torchvision-reference';

async function project(page: Page, from: string, names: readonly string[]) {
  const folder = await mkdtemp(path.join(tmpdir(), 'kakomi-photos-'));
  for (const name of names) await cp(path.join(from, name), path.join(folder, name));
  await createProject(page);
  await addStorage(page, folder);
  await syncStorage(page, names.length);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Model', exact: true }).click();
  await page.getByRole('button', { name: 'Connect Model' }).click();
}

async function askAll(page: Page) {
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/· Took /)).toBeVisible({ timeout: 240_000 });
  await page.getByRole('button', { name: 'Validate and Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Connected' })).toBeVisible({ timeout: 240_000 });
  await page.getByRole('navigation').getByRole('link', { name: 'kvasir' }).click();
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Retrieve Predictions' }).click();
  await dialog.getByRole('button', { name: 'Retrieve Predictions' }).click();
  // The whole tray is compared: where it never says so, the report shows what it says instead.
  await expect(page.getByRole('complementary', { name: 'Long work' })).toContainText(/Done: predicted/, {
    timeout: 400_000,
  });
}

type Rect = Pick<StoredPrediction['regions'][number], 'x' | 'y' | 'width' | 'height'>;
function overlap(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const shared = Math.max(0, width) * Math.max(0, height);
  return shared / (a.width * a.height + b.width * b.height - shared);
}

test.describe('real detectors in a real browser', () => {
  test.skip(!hasShared, 'the shared models are not here');
  test.setTimeout(600_000);

  interface Expected {
    readonly image_width: number;
    readonly image_height: number;
    readonly detections: readonly {
      class_id: number;
      score: number;
      bbox_xywh: [number, number, number, number];
    }[];
  }

  for (const name of ['yolox_nano_416', 'nanodet_m_416', 'yolo11n_int8_320', 'deimv2_atto_int8_320'])
    test(`${name} finds in photos what the reference found`, async ({ kakomi: { page } }) => {
      const all = JSON.parse(await readFile(path.join(MODELS, 'expected_detections.json'), 'utf8')) as Record<
        string,
        Record<string, Expected>
      >;
      const expected = all[`${name}.onnx`]!;
      await project(page, PHOTOS, Object.keys(expected));
      await page
        .getByRole('dialog')
        .locator('input[type=file]')
        .setInputFiles([path.join(MODELS, `${name}.onnx`)]);
      await askAll(page);
      const kept = await predictions(page);
      for (const [photo, { detections, image_width, image_height }] of Object.entries(expected)) {
        const { regions } = kept.find((one) => one.path === photo)!;
        for (const { class_id, score, bbox_xywh } of detections) {
          const [left, top, width, height] = bbox_xywh;
          const [x, y] = [Math.max(0, left), Math.max(0, top)];
          const box = {
            x,
            y,
            width: Math.min(image_width, left + width) - x,
            height: Math.min(image_height, top + height) - y,
          };
          const same = regions.filter(
            (region) => region.classNumber === class_id && overlap(region, box) >= 0.8,
          );
          expect(same.length, `${photo}: class ${class_id}`).toBeGreaterThan(0);
          expect(Math.abs(same[0]!.score - score), `${photo}: score`).toBeLessThan(0.1);
        }
      }
    });

  test('one whose graph contradicts itself is refused in words', async ({ kakomi: { page } }) => {
    await project(page, PHOTOS, ['chelsea.png']);
    const file = path.join(MODELS, 'broken/yolov10n_int8_shape_conflict.onnx');
    await page.getByRole('dialog').locator('input[type=file]').setInputFiles([file]);
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText('The model cannot be loaded', {
      timeout: 60_000,
    });
  });
});

/** KAKOMI_ALL_PICTURES=1: with both batch-norm epsilons; else with the one that the file's recogniser proposes. */
const EPSILONS = process.env['KAKOMI_ALL_PICTURES'] === '1' ? ([0, 1e-5] as const) : ([0] as const);

interface Reference {
  readonly boxes: readonly (readonly [number, number, number, number])[];
  readonly scores: readonly number[];
  readonly labels: readonly number[];
}

/** Each of torchvision's detections with the nearest one kept of its class, once each: the furthest of both. */
function compared(regions: StoredPrediction['regions'], { boxes, scores, labels }: Reference) {
  const left = new Set(regions);
  let [worstBox, worstScore] = [0, 0];
  const apart = ({ x, y, width, height }: Rect, box: Reference['boxes'][number]) =>
    Math.max(...[x, y, x + width, y + height].map((side, at) => Math.abs(side - box[at]!)));
  for (const [at, box] of boxes.entries()) {
    const same = [...left].filter(({ classNumber }) => classNumber === labels[at]! - 1);
    const nearest = same.reduce((best, one) => (apart(one, box) < apart(best, box) ? one : best));
    left.delete(nearest);
    worstBox = Math.max(worstBox, apart(nearest, box));
    worstScore = Math.max(worstScore, Math.abs(nearest.score - scores[at]!));
  }
  return { worstBox, worstScore, left: left.size };
}

test.describe('a .pth of torchvision in a real browser', () => {
  test.setTimeout(1_500_000);
  const { pth } = JSON.parse(readFileSync(path.join(TORCHVISION, 'weights.json'), 'utf8')) as {
    pth: { sha256: string };
  };
  const file = path.join(tmpdir(), `kakomi-test-${pth.sha256.slice(0, 16)}.pth`);
  test.skip(!existsSync(file), 'the 166 MB file is made by the unit test of Faster R-CNN');

  for (const epsilon of EPSILONS)
    test(`every detection of the reference, batch-norm epsilon ${epsilon}`, async ({ kakomi: { page } }) => {
      const { results } = JSON.parse(await readFile(path.join(TORCHVISION, 'reference.json'), 'utf8')) as {
        results: { image: string; 'eps=0': Reference; 'eps=1e-05': Reference }[];
      };
      await project(
        page,
        TORCHVISION,
        results.map(({ image }) => image),
      );
      const dialog = page.getByRole('dialog');
      await dialog.locator('input[type=file]').setInputFiles([file]);
      await expect(page.getByText('Faster R-CNN', { exact: false }).first()).toBeVisible();
      if (epsilon !== 0) {
        await dialog.getByText('How pictures go in and boxes come out').click();
        await dialog.getByRole('spinbutton', { name: 'Batch-norm epsilon' }).fill(String(epsilon));
      }
      await askAll(page);
      const kept = await predictions(page);
      let count = 0;
      for (const result of results) {
        const expected = result[epsilon === 0 ? 'eps=0' : 'eps=1e-05'];
        const { regions } = kept.find((one) => one.path === result.image)!;
        expect(regions.length, result.image).toBe(expected.scores.length);
        const { worstBox, worstScore, left } = compared(regions, expected);
        console.log(
          `${result.image} eps ${epsilon}: ${regions.length} found, box ${worstBox.toFixed(5)} px, score ${worstScore.toExponential(1)}`,
        );
        expect(left).toBe(0);
        expect(worstBox, result.image).toBeLessThan(0.005);
        expect(worstScore, result.image).toBeLessThan(1e-4);
        count += regions.length;
      }
      expect(count).toBe(141);
    });
});

/** Those that take longest: alike to the others, and run in Node by the unit tests like all of them. */
const HEAVY: ReadonlySet<string> = new Set([
  'fasterrcnn_resnet50_fpn_v2',
  'retinanet_resnet50_fpn_v2',
  'fcos_resnet50_fpn',
  'ssd300_vgg16',
]);

test.describe('the other detectors of torchvision, from their .pth, in a real browser', () => {
  test.setTimeout(600_000);

  for (const model of MORE_MODELS)
    test(
      `${model} finds what torchvision finds`,
      { tag: HEAVY.has(model) ? '@heavy' : [] },
      async ({ kakomi: { page } }) => {
        const { tensors, results } = moreReference(model);
        const { image, shortSide, boxes, scores, labels } = results[0]!;
        const folder = await mkdtemp(path.join(tmpdir(), 'kakomi-pth-'));
        const file = path.join(folder, `${model}.pth`);
        await writeFile(file, new Uint8Array(await generatedPth(tensors).arrayBuffer()));
        await project(page, TORCHVISION, [image]);
        const dialog = page.getByRole('dialog');
        await dialog.locator('input[type=file]').setInputFiles([file]);
        if (model.includes('mobilenet_v3_large_320')) {
          await expect(
            dialog.getByRole('radio', { name: 'Faster R-CNN MobileNetV3-Large FPN' }),
          ).toBeChecked();
          await dialog.getByRole('radio', { name: 'Faster R-CNN MobileNetV3-Large 320 FPN' }).check();
        }
        if (shortSide !== null) {
          await dialog.getByText('How pictures go in and boxes come out').click();
          const field = dialog.getByRole('spinbutton', { name: /^Short side/ });
          await field.fill(String(shortSide));
          await field.press('Tab');
        }
        await askAll(page);
        await rm(folder, { recursive: true });
        const [kept] = await predictions(page);
        // What was clipped to nothing at the picture's edge is not kept, and background is none.
        const isKept = (at: number) => {
          const [left, top, right, bottom] = boxes[at]!;
          return right > left && bottom > top && labels[at] !== 0;
        };
        const wanted = [...boxes.keys()].filter(isKept);
        expect(kept!.regions).toHaveLength(wanted.length);
        for (const at of wanted) {
          const [left, top, right, bottom] = boxes[at]!;
          const box = { x: left, y: top, width: right - left, height: bottom - top };
          const same = kept!.regions.filter(
            (one) => one.classNumber === labels[at]! - 1 && Math.abs(one.score - scores[at]!) < 1e-3,
          );
          expect(Math.max(...same.map((one) => overlap(one, box))), `box ${at}`).toBeGreaterThan(0.99);
        }
      },
    );
});
