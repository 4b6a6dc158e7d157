import { test as base, chromium, expect, type BrowserContext, type Page } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findBrowser } from '../../scripts/browser.mjs';
import { serve } from '../../scripts/serve.mjs';

export const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export type Server = Awaited<ReturnType<typeof serve>>;

export interface Kakomi {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly url: string;
  readonly server: Server;
  readonly profile: string;
  /** Every address that anything in this browser asked for. */
  readonly requests: readonly string[];
}

interface Options {
  /** Locale of the browser. */
  language: string;
  size: { width: number; height: number };
  /** As the plainest static host: no isolation headers. */
  plainHost: boolean;
  cacheControl: string;
  /** Further flags of the browser. */
  flags: readonly string[];
  /** `block`: as on a first visit, for as long as it lasts. */
  serviceWorkers: 'allow' | 'block';
  /** Pages without their policy, so that what stands behind it can be seen. */
  bypassCSP: boolean;
}

/** A browser of its own on a folder of its own: service worker, database and handles last as they do for people. */
export async function launch(profile: string, options: Partial<Options> = {}): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: findBrowser() ?? '',
    args: [...BROWSER_ARGS, ...(options.flags ?? [])],
    locale: options.language ?? 'en-US',
    viewport: options.size ?? { width: 1280, height: 800 },
    acceptDownloads: true,
    serviceWorkers: options.serviceWorkers ?? 'allow',
    bypassCSP: options.bypassCSP ?? false,
  });
}

export const newProfile = (): Promise<string> => mkdtemp(path.join(tmpdir(), 'kakomi-profile-'));

/** Takes down what a page complains about, and what it asks for. */
export function watch(context: BrowserContext, requests: string[], problems: string[]): void {
  context.on('request', (request) => requests.push(request.url()));
  context.on('weberror', (error) => problems.push(String(error.error())));
  context.on('console', (message) => {
    // A plain host answers an unknown address with 404 and the app: the browser notes it, nothing is wrong.
    if (
      message.type() === 'error' &&
      !message.text().includes('404 (Not Found)') &&
      !message.text().includes('ERR_CONNECTION_REFUSED')
    )
      problems.push(message.text());
  });
}

export const test = base.extend<Omit<Options, 'serviceWorkers' | 'bypassCSP'> & { kakomi: Kakomi }>({
  language: ['en-US', { option: true }],
  size: [{ width: 1280, height: 800 }, { option: true }],
  plainHost: [false, { option: true }],
  cacheControl: ['no-cache', { option: true }],
  flags: [[], { option: true }],

  kakomi: async ({ language, size, plainHost, cacheControl, flags }, use) => {
    const server = await serve({ root: 'build', plain: plainHost, cacheControl });
    const profile = await newProfile();
    const context = await launch(profile, { language, size, flags });
    const requests: string[] = [];
    const problems: string[] = [];
    watch(context, requests, problems);
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(server.url);
    await use({ context, page, url: server.url, server, profile, requests });
    await context.close();
    await server.close();
    await rm(profile, { recursive: true, force: true });
    expect(problems, 'nothing is complained of in the console').toEqual([]);
    const elsewhere = requests.filter((url) => !url.startsWith(server.url) && !/^(blob|data):/.test(url));
    expect(elsewhere, 'nothing is asked of another origin').toEqual([]);
  },
});

export { expect };
