import JSZip from 'jszip';
import { readFile } from 'node:fs/promises';
import type { Download, Page } from '@playwright/test';

export interface Coco {
  readonly images: readonly {
    readonly id: number;
    readonly file_name: string;
    readonly width: number;
    readonly height: number;
  }[];
  readonly annotations: readonly {
    readonly image_id: number;
    readonly category_id: number;
    readonly bbox: readonly [number, number, number, number];
    readonly area: number;
  }[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
}

/** A browser without a save dialog hands the zip over as a download; headless ones cannot show the dialog. */
export const withoutSavePicker = (page: Page): Promise<unknown> =>
  page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));

/** Reads a downloaded archive with a library that had no part in writing it. */
export async function readExport(
  download: Download,
): Promise<{ readonly coco: Coco; readonly zip: JSZip; readonly name: string }> {
  const zip = await JSZip.loadAsync(await readFile(await download.path()), { checkCRC32: true });
  const coco = JSON.parse(await zip.file('result.json')!.async('string')) as Coco;
  return { coco, zip, name: download.suggestedFilename() };
}

/** Export by the dialog; the answer is the download. */
export async function exportAs(page: Page, format: string): Promise<Download> {
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('radio', { name: format, exact: true }).check();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('dialog').getByRole('button', { name: 'Export' }).click(),
  ]);
  return download;
}
