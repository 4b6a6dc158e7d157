import { expect, test } from './fixtures';
import { canvasReady, drawBox, regions, saved } from './steps';

test.setTimeout(180_000);

test('the sample shows ML-assisted labelling at once, with the server gone', async ({
  kakomi: { page, server },
}) => {
  await page.getByRole('button', { name: 'Try the sample project' }).click();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '25');
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Model', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Sample detector' })).toBeVisible();
  // What runs it comes with it, the first time.
  for (const part of [/detector\.worker/, /ort[^/]*\.wasm/])
    await expect
      .poll(
        () =>
          page.evaluate(async () => {
            const kept = await (await caches.open('kakomi-runtime')).keys();
            return kept.map(({ url }) => url).join(' ');
          }),
        { timeout: 60_000 },
      )
      .toMatch(part);
  await server.close();
  await page.reload();

  await page.getByRole('navigation').getByRole('link', { name: 'Sample: polyps' }).click();
  await page.getByRole('button', { name: 'Label All Tasks' }).click();
  await canvasReady(page);
  const suggestions = page.getByRole('button', { name: /^Suggestion: / });
  await expect(suggestions.first()).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Accept All' }).click();
  await expect(regions(page)).not.toHaveCount(0);
  await saved(page);
  // A box that the detector knows nothing of.
  await drawBox(page, [600, 20], [632, 48]);
  await saved(page);
  const deep = page.url();
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.waitForURL((url) => url.href !== deep);

  await page.getByRole('link', { name: 'Sample: polyps' }).click();
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Retrieve Predictions' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retrieve Predictions' }).click();
  const tray = page.getByRole('complementary', { name: 'Long work' });
  // The first task was asked about when it was opened, and the second one where there was time: all 24, each once.
  const done = tray.getByText(/Done: predicted/);
  await expect(done).toHaveText(
    /predicted 23, boxes \d+, there already 1$|predicted 22, boxes \d+, there already 2$/,
    { timeout: 60_000 },
  );

  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Model', exact: true }).click();
  await page.getByRole('link', { name: 'How good is it?' }).click();
  await expect(page.getByRole('heading', { name: 'How good is Sample detector?' })).toBeVisible();
  await expect(page.getByText('Judged on 1 submitted task with')).toBeVisible();
  const gallery = page.getByRole('region', { name: 'Wrong boxes' });
  await expect(gallery.getByRole('radio', { name: 'Missed: 1' })).toBeVisible();
  await gallery.getByRole('listitem').getByRole('link').first().click();
  await canvasReady(page);
  expect(page.url()).toContain(new URL(deep).pathname);
});

test('from training to Kakomi: reached from Connect Model, there without a server, in both languages', async ({
  kakomi: { page, server },
}) => {
  await page.getByRole('button', { name: 'Try the sample project' }).click();
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Model', exact: true }).click();
  await page.getByRole('button', { name: 'Connect Model' }).click();
  const link = page.getByRole('link', { name: /^From training to Kakomi/ });
  const address = await link.evaluate((element: HTMLAnchorElement) => element.href);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await server.close();
  await page.goto(address);
  await expect(page.getByRole('heading', { level: 1, name: 'From training to Kakomi' })).toBeVisible();
  await expect(page.getByText('torch.save(model.state_dict()')).toBeVisible();
  await page.getByLabel('Language').selectOption('日本語');
  await expect(page.getByRole('heading', { level: 1, name: '学習から Kakomi へ' })).toBeVisible();
});
