import { expect, test } from './fixtures';
import { painted } from './hands';
import { canvasReady, drawBox, openFirst, regions, saved } from './steps';
import { exportAs, readExport, withoutSavePicker } from './zip';

test.use({ plainHost: true, cacheControl: 'no-store' });

test('a plain host: isolated by its own worker, and the whole path with the server gone', async ({
  kakomi: { page, server },
}) => {
  await withoutSavePicker(page);
  // The first visit is loaded once more by itself, while nobody touches it; then it is isolated.
  await expect
    .poll(() => page.evaluate(() => crossOriginIsolated).catch(() => false), { timeout: 30_000 })
    .toBe(true);
  await server.close();

  await page.reload();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  // Without its detector: what runs one was never fetched.
  await page.getByRole('button', { name: 'Try the sample project' }).click();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '25');
  await openFirst(page);
  await drawBox(page, [100, 100], [180, 160]);
  await expect(regions(page)).toHaveCount(1);
  await saved(page);
  const deep = page.url();
  await page.reload();
  expect(page.url()).toBe(deep);
  await canvasReady(page);
  await expect(regions(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.waitForURL((url) => url.href !== deep);
  await page.getByRole('link', { name: 'Sample: polyps' }).click();
  const { coco, zip } = await readExport(await exportAs(page, 'COCO with Images'));
  expect(coco.images).toHaveLength(1);
  expect(coco.annotations).toHaveLength(1);
  expect(zip.file(coco.images[0]!.file_name)).not.toBeNull();
  // A second tab, opened with the server gone, finds everything too.
  const other = await page.context().newPage();
  await other.goto(deep);
  await canvasReady(other);
});

test('a page that was touched is not loaded anew under the hand', async ({ kakomi: { page } }) => {
  await page.reload();
  await page.evaluate(() => sessionStorage.clear());
  await expect(page.getByRole('button', { name: 'Create Project' })).toBeVisible();
  await page.mouse.click(5, 5);
  await page.evaluate(() => Reflect.set(window, 'isSamePage', true));
  // The page would be loaded anew as soon as the worker has taken it over.
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller === null)
      await new Promise((done) =>
        navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }),
      );
  });
  await painted(page);
  expect(await page.evaluate(() => Boolean(Reflect.get(window, 'isSamePage')))).toBe(true);
});
