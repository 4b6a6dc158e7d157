import { expect, test } from './fixtures';

/** What the browsers answer in a private window: Firefox and Safari. */
const REFUSALS = ['SecurityError', 'UnknownError'];

for (const [language, title, advice] of [
  ['en-US', 'In a private window nothing can be kept', 'Open Kakomi in an ordinary window.'],
  ['ja-JP', 'プライベートウィンドウでは何も保存できません', '通常のウィンドウで Kakomi を開いてください。'],
] as const)
  test.describe(language, () => {
    test.use({ language });
    test('a private window, which keeps no files, is told from the start', async ({ kakomi: { page } }) => {
      for (const refusal of REFUSALS) {
        await page.addInitScript((name) => {
          StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('refused', name));
        }, refusal);
        await page.reload();
        await expect(page.getByRole('heading', { name: title }), refusal).toBeVisible();
        await expect(page.getByText(advice)).toBeVisible();
        await expect(page.getByRole('button')).toHaveCount(0);
      }
    });
  });
