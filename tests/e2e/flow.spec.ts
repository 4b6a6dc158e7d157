import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { pause } from './hands';
import { canvasReady, drawBox, openSample, regionCount, regions, saved, viewOf } from './steps';

/** Three boxes of different sizes, the second one without a label. */
async function threeBoxes(page: Page) {
  await drawBox(page, [40, 40], [140, 140]);
  await drawBox(page, [200, 60], [260, 100]);
  await drawBox(page, [60, 220], [260, 380]);
  await expect(regions(page)).toHaveCount(3);
  await saved(page);
}
const line = (page: Page, number: number) =>
  regions(page).getByRole('button', { name: new RegExp(`^${number} `) });
const order = async (page: Page) => (await regions(page).locator('.number').allTextContents()).map(Number);
const selectedCount = (page: Page) => regions(page).locator('[aria-pressed=true][data-region]').count();
const panel = (page: Page) => page.getByRole('complementary', { name: 'Regions and details' });

test('the list is ordered, grouped and filtered; Shift and Ctrl select in it', async ({
  kakomi: { page },
}) => {
  await openSample(page);
  await threeBoxes(page);
  await page.getByRole('combobox', { name: 'Order of the regions' }).selectOption('size');
  expect(await order(page)).toEqual([2, 1, 3]);
  await page.getByRole('button', { name: 'Descending' }).click();
  expect(await order(page)).toEqual([3, 1, 2]);

  await line(page, 3).click();
  expect(await selectedCount(page)).toBe(1);
  await line(page, 2).click({ modifiers: ['Shift'] });
  expect(await selectedCount(page)).toBe(3);
  await line(page, 1).click({ modifiers: ['ControlOrMeta'] });
  expect(await selectedCount(page)).toBe(2);
  await panel(page).getByRole('combobox', { name: 'Label', exact: true }).selectOption('none');
  await expect(page.getByRole('button', { name: '2 boxes without a label' })).toBeVisible();

  await page.getByRole('combobox', { name: 'Regions of which label' }).selectOption('none');
  await expect(regions(page)).toHaveCount(2);
  await page.getByRole('combobox', { name: 'Regions of which label' }).selectOption('all');
  await page.getByRole('checkbox', { name: 'Group by label' }).check();
  await expect(regions(page).first()).toHaveText(/polyp\s+1/);
  await expect(regions(page)).toHaveCount(5);
  await page.getByRole('checkbox', { name: 'Group by label' }).uncheck();

  // By hand: Alt and an arrow key move the line, and the order is kept.
  await page.getByRole('combobox', { name: 'Order of the regions' }).selectOption('time');
  await page.getByRole('button', { name: 'Descending' }).click();
  await line(page, 1).focus();
  await page.keyboard.press('Alt+ArrowDown');
  expect(await order(page)).toEqual([2, 1, 3]);
  await page.reload();
  await canvasReady(page);
  await expect.poll(() => order(page)).toEqual([2, 1, 3]);
  // Arrow keys go through the list.
  await line(page, 2).focus();
  await page.keyboard.press('ArrowDown');
  await expect(line(page, 1)).toBeFocused();
  await expect(line(page, 1)).toHaveAttribute('aria-pressed', 'true');
});

test('the list and the picture show each other what is hovered and selected', async ({
  kakomi: { page },
}) => {
  await openSample(page);
  await threeBoxes(page);
  await page.getByRole('radio', { name: 'Select', exact: true }).check({ force: true });
  const { left, top, scale } = await viewOf(page);
  await page.mouse.move(left + 90 * scale, top + 90 * scale);
  await expect(regions(page).nth(0)).toHaveClass(/hovered/);
  await page.mouse.click(left + 90 * scale, top + 90 * scale);
  await expect(line(page, 1)).toHaveAttribute('aria-pressed', 'true');
  await line(page, 3).click();
  await expect(line(page, 3)).toHaveAttribute('aria-pressed', 'true');
  // What the list selected is moved on the picture.
  await drawBox(page, [160, 300], [180, 310]);
  await expect(panel(page).getByRole('textbox', { name: 'X', exact: true })).toHaveValue(/^(79|80|81)/);
});

test('a hidden box cannot be hit, a locked one neither moved nor deleted', async ({ kakomi: { page } }) => {
  await openSample(page);
  await threeBoxes(page);
  await page.getByRole('button', { name: 'Lock region 1' }).click();
  await expect(line(page, 1)).toHaveAccessibleName(/locked/);
  await expect(page.getByRole('button', { name: 'Delete region 1' })).toBeDisabled();
  await line(page, 1).click();
  const before = await regions(page).first().textContent();
  await page.keyboard.press('Delete');
  await page.keyboard.press('Control+a');
  await page.getByTestId('canvas').focus();
  await page.keyboard.press('Delete');
  await expect(regions(page)).toHaveCount(1);
  expect(await regions(page).first().textContent()).toBe(before);
  await page.keyboard.press('Control+z');
  await expect(regions(page)).toHaveCount(3);

  await page.getByRole('button', { name: 'Hide region 3' }).click();
  const { left, top, scale } = await viewOf(page);
  await page.mouse.click(left + 500 * scale, top + 20 * scale);
  expect(await selectedCount(page)).toBe(0);
  await page.mouse.click(left + 160 * scale, top + 300 * scale);
  expect(await selectedCount(page)).toBe(0);
  await page.getByRole('button', { name: 'Hide region 3' }).click();
  await page.mouse.click(left + 160 * scale, top + 300 * scale);
  expect(await selectedCount(page)).toBe(1);
});

test('numbers, label and note of a box are typed, and every one of them can be undone', async ({
  kakomi: { page },
}) => {
  await openSample(page);
  await drawBox(page, [40, 40], [140, 140]);
  await expect(regions(page)).toHaveCount(1);
  const field = (name: string) => panel(page).getByRole('textbox', { name, exact: true });
  for (const [name, typed, becomes] of [
    ['X', '12.5', '12.5'],
    ['Y', '-7', '0'],
    ['Width', '100000', '627.5'],
    ['Height', '0', '1'],
    ['Height', 'many', '1'],
    ['Angle', '-90', '270'],
  ] as const) {
    await field(name).fill(typed);
    await field(name).press('Enter');
    await expect(field(name), `${name} ${typed}`).toHaveValue(becomes);
  }
  await field('Note').fill('unsure');
  await field('Note').press('Escape');
  await expect(line(page, 1)).toHaveAccessibleName(/unsure/);
  await saved(page);
  for (let step = 0; step < 6; step += 1) await page.keyboard.press('Control+z');
  await expect(field('Width')).toHaveValue(/^(99|100|101)/);
  await expect(line(page, 1)).not.toHaveAccessibleName(/unsure/);
});

test('undo and redo are there after the page was closed, until Submit', async ({
  kakomi: { page, context },
}) => {
  await openSample(page);
  await threeBoxes(page);
  await page.keyboard.press('Control+z');
  await expect(regions(page)).toHaveCount(2);
  await saved(page);
  const address = page.url();
  await page.close();
  const again = await context.newPage();
  await again.goto(address);
  await canvasReady(again);
  await expect(regions(again)).toHaveCount(2);
  await again.keyboard.press('Control+Shift+z');
  await expect(regions(again)).toHaveCount(3);
  for (let step = 0; step < 3; step += 1) await again.keyboard.press('Control+z');
  await expect(regions(again)).toHaveCount(0);
  await again.keyboard.press('Control+y');
  await expect(regions(again)).toHaveCount(1);
  await again.getByRole('button', { name: 'Submit', exact: true }).click();
  await again.waitForURL((url) => url.href !== address);
  await again.goto(address);
  await canvasReady(again);
  await expect(again.getByRole('button', { name: 'Undo' })).toBeDisabled();
});

test('every submit is kept with its author, and an old one is brought back', async ({ kakomi: { page } }) => {
  await page.getByRole('textbox', { name: 'Your name' }).fill('Hanako');
  await page.getByRole('textbox', { name: 'Your name' }).press('Enter');
  await openSample(page);
  const address = page.url();
  await threeBoxes(page);
  await page.keyboard.press('f');
  await page.waitForURL((url) => url.href !== address);
  await page.goto(address);
  await canvasReady(page);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await expect(regions(page)).toHaveCount(0);
  await saved(page);
  await page.keyboard.press('Shift+S');
  await page.waitForURL((url) => url.href !== address);
  await page.goto(address);
  await canvasReady(page);

  await page.getByRole('button', { name: 'Versions' }).click();
  const versions = page.getByRole('list', { name: 'Versions' }).getByRole('listitem');
  await expect(versions).toHaveCount(2);
  await expect(versions.nth(0)).toContainText('0 added, 0 changed, 3 removed');
  await expect(versions.nth(1)).toContainText('3 added, 0 changed, 0 removed');
  await expect(versions.nth(1)).toContainText('Hanako');
  await versions.nth(1).getByRole('button').click();
  await expect(page.getByRole('img', { name: 'Version 1' })).toBeVisible();
  await page.getByRole('button', { name: 'Bring back' }).click();
  await expect(regions(page)).toHaveCount(3);
  await page.keyboard.press('Control+z');
  await expect(regions(page)).toHaveCount(0);
});

test('a second tab follows, takes over, and nobody overwrites anybody', async ({
  kakomi: { page, context },
}) => {
  await openSample(page);
  await drawBox(page, [40, 40], [140, 140]);
  await expect(regions(page)).toHaveCount(1);
  await saved(page);
  const other = await context.newPage();
  await other.goto(page.url());
  await canvasReady(other);
  await expect(other.getByText('open in another tab')).toBeVisible();
  await drawBox(page, [200, 60], [260, 100]);
  await expect(regions(other), 'the other tab sees it at once').toHaveCount(2);

  await other.getByRole('button', { name: 'Take over' }).click();
  await expect(other.getByText('open in another tab')).toBeHidden();
  await expect(page.getByText('open in another tab')).toBeVisible();
  await drawBox(page, [300, 200], [360, 240]);
  await drawBox(other, [60, 220], [260, 380]);
  await expect(regions(other)).toHaveCount(3);
  await expect(regions(page), 'the first one follows now').toHaveCount(3);
  await expect(page.getByRole('button', { name: 'Submit', exact: true })).toBeDisabled();

  const address = other.url();
  await other.getByRole('button', { name: 'Submit', exact: true }).click();
  await other.waitForURL((url) => url.href !== address);
  await expect(
    page.getByRole('navigation', { name: 'Tasks' }).getByRole('link', { name: 'Submitted' }),
    'the strip of the first tab knows',
  ).toHaveCount(1);
  expect(await regionCount(page)).toBe(3);
});

test('the view is kept for the project and changes no box', async ({ kakomi: { page } }) => {
  await openSample(page);
  await page.getByRole('button', { name: 'View', exact: true }).click();
  await page.getByRole('slider', { name: 'Brightness' }).fill('1.5');
  await page.getByRole('checkbox', { name: 'Invert' }).check();
  await page.getByRole('checkbox', { name: 'Snap to pixels' }).check();
  await page.getByRole('checkbox', { name: 'Keep the label armed' }).uncheck();
  await page.keyboard.press('Escape');
  await page.reload();
  await canvasReady(page);
  const filter = () =>
    page.getByTestId('canvas').evaluate((canvas) => getComputedStyle(canvas.querySelector('canvas')!).filter);
  expect(await filter()).toBe('brightness(1.5) invert(1)');
  // Not armed: the box has no label until a key gives it one, and its edges are whole pixels.
  await drawBox(page, [41, 42], [140.6, 139.7]);
  await expect(page.getByRole('button', { name: '1 box without a label' })).toBeVisible();
  for (const name of ['X', 'Y', 'Width', 'Height'])
    await expect(panel(page).getByRole('textbox', { name, exact: true })).toHaveValue(/^\d+$/);
  await page.keyboard.press('1');
  await expect(page.getByRole('button', { name: '1 box without a label' })).toBeHidden();
});

test('whoever goes on faster than the address follows is never taken back', async ({ kakomi: { page } }) => {
  await openSample(page);
  await page.evaluate(() => {
    const seen: number[] = [];
    Reflect.set(window, 'seen', seen);
    const look = () => {
      const number = Number(/#(\d+)/.exec(document.querySelector('h1')?.textContent ?? '')?.[1]);
      if (seen.at(-1) !== number) seen.push(number);
    };
    new MutationObserver(look).observe(document.body, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  for (let press = 0; press < 8; press += 1) {
    await page.keyboard.press('d');
    await pause(page, press % 3 === 0 ? 60 : 15);
  }
  // What is pressed while a picture is still read asks for that one again: how far it went is not told.
  const heading = page.getByRole('heading', { level: 1 });
  let told = '';
  await expect
    .poll(async () => {
      const before = told;
      told = `${await heading.textContent()} ${page.url()}`;
      return told === before;
    })
    .toBe(true);
  await canvasReady(page);
  const seen = await page.evaluate(() => Reflect.get(window, 'seen') as number[]);
  expect(seen.length).toBeGreaterThan(2);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  const last = `#${seen.at(-1)!} `;
  await expect(heading).toContainText(last);
  // The address has followed, and the browser's Back and Forward go by it.
  await page.reload();
  await expect(heading).toContainText(last);
  await page.goBack();
  await expect(heading).toContainText('#');
  await expect(heading).not.toContainText(last);
  await page.goForward();
  await expect(heading).toContainText(last);
});

test('whoever goes back before the address has followed stays where they went', async ({
  kakomi: { page },
}) => {
  await openSample(page);
  await expect(page.getByRole('button', { name: 'Next Task' })).toBeEnabled();
  await page.evaluate(() => {
    // A machine that takes long for a frame.
    let due = 0;
    window.requestAnimationFrame = (paint) => {
      Reflect.set(window, 'due', (due += 1));
      return Number(
        setTimeout(() => {
          paint(performance.now());
          Reflect.set(window, 'due', (due -= 1));
        }, 600),
      );
    };
    document.querySelector<HTMLElement>('[aria-label="Next Task"]')!.click();
    history.back();
  });
  await expect(page.getByRole('grid')).toBeVisible();
  await expect.poll(() => page.evaluate(() => Reflect.get(window, 'due') as number)).toBe(0);
  await expect(page.getByRole('grid')).toBeVisible();
  // Nothing holds the picture that was left: another tab may edit it.
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByRole('row', { name: /^Task 2:/ }).click();
  await canvasReady(other);
  await drawBox(other, [40, 40], [140, 140]);
  await expect(regions(other)).toHaveCount(1);
});

test('keys are shown, changed, exported and read again', async ({ kakomi: { page } }) => {
  await openSample(page);
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  await dialog.getByRole('combobox', { name: 'Scheme' }).selectOption('label-studio');
  await dialog.getByRole('button', { name: 'New key for Next task' }).click();
  await page.keyboard.press('j');
  await dialog.getByRole('button', { name: 'New key for polyp' }).click();
  await page.keyboard.press('k');
  const waiting = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Export the keys' }).click();
  const file = await (await waiting).path();
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    keys: { 'next-task': ['Mod+ArrowRight', 'j'] },
  });
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  const first = page.url();
  await page.keyboard.press('d');
  await page.keyboard.press('j');
  await page.waitForURL((url) => url.href !== first);
  await expect(page.getByRole('heading', { name: /^#2 / })).toBeVisible();
  await expect(page.getByRole('radiogroup', { name: 'Labels' })).toContainText('K');

  await page.keyboard.press('?');
  await dialog.getByRole('combobox', { name: 'Scheme' }).selectOption('both');
  const chooser = dialog.locator('input[type=file]');
  await chooser.setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('[1]') });
  await expect(page.getByText('This is not a file of keys')).toBeVisible();
  await chooser.setInputFiles(file);
  await expect(dialog.getByRole('button', { name: 'Take J from Next task' })).toBeVisible();
});

test('a note is kept as it is typed; the time counts work and no pause', async ({ kakomi: { page } }) => {
  await openSample(page);
  await page.getByRole('textbox', { name: 'Note on the picture' }).pressSequentially('blurred at the rim');
  await saved(page);
  await page.reload();
  await canvasReady(page);
  await expect(page.getByRole('textbox', { name: 'Note on the picture' })).toHaveValue('blurred at the rim');
  await drawBox(page, [40, 40], [140, 140]);
  // Work is what the hand does, and a second of it is told.
  for (const end = Date.now() + 1200; Date.now() < end;)
    await page.mouse.move(400 + (Date.now() % 40), 400, { steps: 3 });
  await page.keyboard.press('d');
  await expect(page.getByRole('heading', { name: /^#2 / })).toBeVisible();
  await page.keyboard.press('a');
  await expect(page.getByText(/0:0[1-9] spent/)).toBeVisible();
});

test.describe('at 390 pixels by finger', () => {
  test.use({ size: { width: 390, height: 844 } });
  test('picture, labels and Submit stay; the panel slides over', async ({ kakomi: { page } }) => {
    await openSample(page);
    await drawBox(page, [100, 100], [300, 300]);
    await page.getByRole('button', { name: 'Regions', exact: true }).click();
    await expect(regions(page)).toHaveCount(1);
    await expect(page.getByRole('textbox', { name: 'Note on the picture' })).toBeInViewport();
    await page.getByRole('button', { name: 'Regions', exact: true }).click();
    await expect(panel(page)).toBeHidden();
    for (const control of [
      page.getByRole('button', { name: 'Submit', exact: true }),
      page.getByRole('button', { name: 'Skip' }),
      page.getByRole('radio', { name: 'polyp' }).locator('..'),
    ])
      await expect(control).toBeInViewport();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});

test('a session by keyboard alone: draw, name, turn, note, lock, undo, submit, come back', async ({
  kakomi: { page },
}) => {
  await openSample(page);
  const first = page.url();
  await page.keyboard.press('n');
  await expect(regions(page)).toHaveCount(1);
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Alt+ArrowRight');
  await page.keyboard.press('1');
  await page.keyboard.press('Alt+m');
  await page.keyboard.type('by keyboard');
  await page.keyboard.press('Escape');
  await expect(line(page, 1)).toHaveAccessibleName(/polyp, by keyboard/);
  await page.keyboard.press('n');
  await expect(regions(page)).toHaveCount(2);
  await page.keyboard.press('Control+z');
  await expect(regions(page)).toHaveCount(1);
  // Into the list by Tab, and through it by arrow keys.
  for (let presses = 0; presses < 60; presses += 1) {
    if (await line(page, 1).evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(line(page, 1)).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Alt+l');
  await expect(line(page, 1)).toHaveAccessibleName(/locked/);
  await saved(page);
  await page.keyboard.press('f');
  await page.waitForURL((url) => url.href !== first);
  // Which picture stands before this one is read after it is shown.
  await expect(page.getByRole('button', { name: 'Previous Task' })).toBeEnabled();
  await page.keyboard.press('a');
  await expect(page.getByRole('heading', { name: /^#1 / })).toBeVisible();
  await expect(line(page, 1)).toHaveAccessibleName(/polyp, locked, by keyboard/);
  await expect(page.getByRole('button', { name: 'Update' })).toBeVisible();
});
