/** @import { BrowserContext, Page } from 'playwright' */

/** A real folder, dropped where the page asks for one. */
export async function dropFolder(
  /** @type {{ page: Page, context: BrowserContext }} */ { page, context },
  /** @type {string} */ folder,
) {
  const area = /** @type {{ x: number, y: number }} */ (
    await page.getByRole('group', { name: 'Choose Folder' }).boundingBox()
  );
  const cdp = await context.newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver', 'drop']))
    await cdp.send('Input.dispatchDragEvent', { type, x: area.x + 20, y: area.y + 20, data });
}

/** A new project whose source is a real folder, dropped onto the page; its empty list is open. */
export async function projectOfFolder(
  /** @type {{ server: { url: string }, page: Page, context: BrowserContext }} */ { server, page, context },
  /** @type {string} */ folder,
  /** @type {string} */ name,
) {
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Create Project' }).click();
  await page.getByRole('textbox', { name: 'Project Name' }).fill('folder');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Add Source Storage' }).click();
  await dropFolder({ context, page }, folder);
  await page.getByText(`Folder: ${name}`).waitFor();
  await page.getByRole('button', { name: 'Add Storage', exact: true }).click();
  await page.getByRole('link', { name: 'folder' }).click();
  await page.getByRole('button', { name: 'Sync Storage' }).waitFor();
}
