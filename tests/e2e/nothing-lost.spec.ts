import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { serve } from '../../scripts/serve.mjs';
import { expect, launch, newProfile, test } from './fixtures';
import { pause } from './hands';
import {
  addStorage,
  canvasReady,
  createProject,
  drawBox,
  openSample,
  pictureFolder,
  regionCount,
  regions,
  saved,
  syncStorage,
  viewOf,
} from './steps';

/** Every process of the browser on this profile, at once and without a word. */
const kill = (profile: string) => spawnSync('pkill', ['-KILL', '-f', profile]);

// Many more kills, of everything that writes: `npm run kills`.
const KILLS = 5;

test(`a killed browser loses no committed box, ${KILLS} times`, async () => {
  test.setTimeout(300_000);
  const server = await serve({ root: 'build' });
  const profile = await newProfile();
  let address = '';
  let drawn = 0;
  try {
    for (let round = 0; round <= KILLS; round += 1) {
      const context = await launch(profile);
      const page = context.pages()[0] ?? (await context.newPage());
      if (round === 0) {
        await page.goto(server.url);
        await openSample(page);
        address = page.url();
      } else {
        await page.goto(address);
        await canvasReady(page);
        // The box in the making at the kill may have made it as well; no committed one may be missing.
        await expect
          .poll(() => regionCount(page), { message: `round ${round}` })
          .toBeGreaterThanOrEqual(drawn);
        drawn = await regionCount(page);
      }
      if (round === KILLS) {
        await context.close();
        break;
      }
      const x = 20 + (drawn % 10) * 55;
      const y = 20 + Math.floor(drawn / 10) * 60;
      await drawBox(page, [x, y], [x + 40, y + 40]);
      drawn += 1;
      await expect.poll(() => regionCount(page)).toBe(drawn);
      await saved(page);
      // The next gesture is under the finger when the end comes, each time at another moment.
      const { left, top } = await viewOf(page);
      await page.mouse.move(left + 30, top + 300);
      await page.mouse.down();
      await page.mouse.move(left + 90, top + 360, { steps: round % 5 });
      if (round % 3 === 0) await page.mouse.up();
      await pause(page, (round * 11) % 40);
      kill(profile);
      await context.close().catch(() => undefined);
    }
    expect(drawn).toBeGreaterThanOrEqual(KILLS);
  } finally {
    kill(profile);
    await server.close();
    await rm(profile, { recursive: true, force: true });
  }
});

test('after a restart the folder is asked for again, and the draft is there', async () => {
  const server = await serve({ root: 'build' });
  const profile = await newProfile();
  const first = await launch(profile);
  const page = first.pages()[0]!;
  await page.goto(server.url);
  await createProject(page);
  await addStorage(page, await pictureFolder(2));
  await syncStorage(page, 2);
  await page.getByRole('row').nth(1).click();
  await canvasReady(page);
  await drawBox(page, [50, 50], [120, 120]);
  await expect(regions(page)).toHaveCount(1);
  await saved(page);
  const address = page.url();
  await first.close();

  const second = await launch(profile);
  const again = second.pages()[0]!;
  await again.goto(address);
  await expect(again.getByRole('button', { name: 'Allow Access' })).toBeVisible();
  await again.getByRole('link', { name: 'kvasir' }).click();
  await expect(again.getByRole('button', { name: 'Allow Access' })).toBeVisible();
  await expect(again.getByRole('row').nth(1)).toContainText('Draft');
  await second.close();
  await server.close();
  await rm(profile, { recursive: true, force: true });
});

test('the second tab on a task looks but does not touch', async ({ kakomi: { page, context } }) => {
  await openSample(page);
  await drawBox(page, [100, 100], [150, 150]);
  await expect(regions(page)).toHaveCount(1);
  await saved(page);
  const other = await context.newPage();
  await other.goto(page.url());
  await canvasReady(other);
  await expect(other.getByText('open in another tab')).toBeVisible();
  await drawBox(other, [200, 200], [250, 250]);
  await expect(regions(other)).toHaveCount(1);
  await expect(other.getByRole('button', { name: 'Submit', exact: true })).toBeDisabled();
});
