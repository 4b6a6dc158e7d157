import { chromium, type BrowserContext } from '@playwright/test';
import { rm } from 'node:fs/promises';
import { findBrowser } from '../../scripts/browser.mjs';
import { serve } from '../../scripts/serve.mjs';
import { BROWSER_ARGS, expect, newProfile, test } from './fixtures';
import { makeHand, openScreen } from './picker';
import { canvasReady, createProject, pictureFolder, syncStorage } from './steps';

const headed = (profile: string, display: string): Promise<BrowserContext> =>
  chromium.launchPersistentContext(profile, {
    executablePath: findBrowser() ?? '',
    headless: false,
    viewport: null,
    locale: 'en-US',
    env: { ...process.env, DISPLAY: display },
    args: [...BROWSER_ARGS, '--window-size=1200,850', '--window-position=0,0', '--test-type'],
  });

test('the native folder picker, its refusals, and the question after a restart', async () => {
  test.setTimeout(180_000);
  const screen = await openScreen();
  const hand = makeHand(screen.display);
  const server = await serve({ root: 'build' });
  const profile = await newProfile();
  const folder = await pictureFolder(3);
  let context = await headed(profile, screen.display);
  try {
    let page = context.pages()[0]!;
    await page.goto(server.url);
    await createProject(page);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Add Source Storage' }).click();
    const choose = page.getByRole('button', { name: 'Choose Folder' });

    // Cancelled, then chosen but refused: nothing changes, nothing is complained of.
    await choose.click();
    await hand.cancelPicker();
    await expect(page.getByText('or drop a folder here')).toBeVisible();
    await choose.click();
    await hand.chooseFolder(folder);
    await hand.refuse();
    await expect(page.getByText('or drop a folder here')).toBeVisible();
    await expect(page.getByText('Something unexpected happened.')).toHaveCount(0);

    await choose.click();
    await hand.chooseFolder(folder);
    await hand.allow();
    await expect(page.getByText('Folder: images')).toBeVisible();
    await page.getByRole('button', { name: 'Check Connection' }).click();
    await expect(page.getByText('Successfully connected!')).toBeVisible();
    await page.getByRole('button', { name: 'Add Storage', exact: true }).click();
    await syncStorage(page, 3);
    const list = page.url();

    // After a restart the browser asks again; a refusal leaves everything as it is.
    const allow = () => page.getByRole('button', { name: 'Allow Access' });
    const restart = async () => {
      await context.close();
      context = await headed(profile, screen.display);
      page = context.pages()[0]!;
      await page.goto(list);
      await expect(page.getByRole('row').nth(1)).toBeVisible();
    };
    await restart();
    await allow().click();
    await hand.answerBubble('this-time');
    await expect(allow()).toHaveCount(0);

    await restart();
    await allow().click();
    await hand.answerBubble('no');
    await expect(allow()).toBeVisible();

    // After a refusal it asks with the plain dialog. Allowed on the card of a work that failed, it is allowed everywhere.
    await restart();
    const card = page.getByRole('complementary', { name: 'Long work' });
    await page.getByRole('button', { name: 'Sync Storage' }).click();
    await expect(allow()).toHaveCount(2);
    await card.getByRole('button', { name: 'Allow Access' }).click();
    await hand.pause(1500);
    await hand.allow();
    await expect(allow()).toHaveCount(0);
    await page.getByRole('row').nth(1).click();
    await canvasReady(page);
  } finally {
    await context.close().catch(() => undefined);
    await server.close();
    screen.close();
    await rm(profile, { recursive: true, force: true });
  }
});
