import type { Page, Worker } from '@playwright/test';
import { readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serve } from '../../scripts/serve.mjs';
import { HEADERS } from '../../src/content-policy.js';
import { aTiff } from '../fixtures/picture-bytes';
import { expect, launch, newProfile, test } from './fixtures';
import { addStorage, createProject, syncStorage } from './steps';

/** Every script of the build that a worker starts with, the runtime's threads included. */
const scripts = (): readonly string[] => [
  ...readdirSync('build/_app/immutable/workers').map((name) => `workers/${name}`),
  ...readdirSync('build/_app/immutable/assets')
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => `assets/${name}`),
];

/** No header, or those that isolate a page, without the policy: it has to come from the app itself. */
const { 'Content-Security-Policy': _, ...isolation } = HEADERS;
const HOSTS = [
  ['a plain host', {}],
  ['a host that isolates', isolation],
] as const;

/** Another origin, which writes down everything that reaches it. */
async function elsewhere() {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(request.url ?? '');
    const headers = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };
    response.writeHead(200, { ...headers, 'Content-Type': 'text/javascript' });
    response.end('export {};');
  });
  server.on('upgrade', (request, socket) => {
    hits.push(request.url ?? '');
    socket.destroy();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { hits, url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

/** Tries every way out that a worker has, and answers which were tried. Runs in the browser. */
async function reachOut(to: string): Promise<readonly string[]> {
  const socket = to.replace('http', 'ws');
  const ended = (target: EventTarget) =>
    new Promise((done) => {
      for (const type of ['open', 'load', 'error']) target.addEventListener(type, done);
    });
  const ways: Record<string, () => unknown> = {
    fetch: () => fetch(`${to}fetch`, { mode: 'no-cors' }),
    post: () => fetch(`${to}post`, { method: 'POST', body: 'a box', mode: 'no-cors' }),
    request: () => {
      const request = new XMLHttpRequest();
      request.open('GET', `${to}request`);
      request.send();
      return ended(request);
    },
    webSocket: () => ended(new WebSocket(`${socket}webSocket`)),
    eventSource: () => ended(new EventSource(`${to}eventSource`)),
    cache: async () => (await caches.open('tried')).add(`${to}cache`),
    cacheAll: async () => (await caches.open('tried')).addAll([`${to}cacheAll`]),
    importScripts: () =>
      (self as unknown as { importScripts: (url: string) => void }).importScripts(`${to}importScripts`),
    worker: () => {
      const code = `fetch(${JSON.stringify(`${to}worker`)}, { mode: 'no-cors' }).then(postMessage, postMessage)`;
      const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
      return new Promise((done) => {
        worker.onmessage = worker.onerror = done;
      });
    },
  };
  await Promise.allSettled(Object.values(ways).map((way) => Promise.resolve().then(way)));
  return Object.keys(ways);
}

/** Lets a worker try; the answer is how it is called. */
async function tryFrom(worker: Worker, to: string): Promise<string> {
  expect(await worker.evaluate(reachOut, to)).toContain('fetch');
  // As text: a test's own imports are rewritten before they run.
  await worker.evaluate(`import('${to}import').then(() => 'reached', () => 'refused')`);
  return worker.evaluate(() => ('name' in self ? self.name : ''));
}

test.setTimeout(70_000);

for (const [host, headers] of HOSTS) {
  test(`no worker reaches another origin, nor does the service worker: ${host}`, async () => {
    const server = await serve({ root: 'build', headers });
    const other = await elsewhere();
    const profile = await newProfile();
    const context = await launch(profile);
    const page = context.pages()[0]!;
    await page.goto(server.url);
    await expect
      .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null).catch(() => false))
      .toBe(true);
    const names = scripts();
    expect(names.length).toBeGreaterThan(8);
    for (const name of names) {
      const started = page.waitForEvent('worker');
      await page.evaluate((url) => {
        new Worker(url, { type: 'module' });
      }, `${server.url}_app/immutable/${name}`);
      await tryFrom(await started, other.url);
      expect(other.hits, name).toEqual([]);
    }
    await tryFrom(context.serviceWorkers()[0] as unknown as Worker, other.url);
    expect(other.hits, 'the service worker').toEqual([]);
    // What it answers for others carries the policy, pages too; a request to elsewhere ends in it.
    const page404 = await page.evaluate(async () => {
      const { headers } = await fetch('404.html');
      return headers.get('Content-Security-Policy');
    });
    expect(page404).toBe(HEADERS['Content-Security-Policy']);
    await context.close();
    await server.close();
    other.close();
    await rm(profile, { recursive: true, force: true });
  });

  test(`no worker of a first visit reaches another origin: ${host}`, async () => {
    const server = await serve({ root: 'build', headers });
    const other = await elsewhere();
    const profile = await newProfile();
    const context = await launch(profile, { serviceWorkers: 'block' });
    const page = context.pages()[0]!;
    // Those that end with their work stay, so that they can be asked; without `createWritable` the page writes files by
    // a worker too.
    await page.addInitScript(() => {
      Worker.prototype.terminate = () => undefined;
      Reflect.deleteProperty(FileSystemFileHandle.prototype, 'createWritable');
    });
    await page.goto(server.url);
    await useEveryWorker(page);
    expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
    const names = new Set<string>();
    for (const worker of page.workers()) {
      const name = await tryFrom(worker, other.url);
      expect(other.hits, name).toEqual([]);
      names.add(name);
      if (!name.startsWith('detector.worker')) continue;
      // The runtime's threads, as it starts them; a thread that runs waits, and answers nobody.
      for (const script of scripts().filter((one) => one.startsWith('assets/'))) {
        const started = page.waitForEvent('worker');
        await worker.evaluate((url) => {
          new Worker(new URL(url), { type: 'module', name: 'thread' });
        }, `${server.url}_app/immutable/${script}`);
        expect(await tryFrom(await started, other.url)).toBe('thread');
        expect(other.hits, script).toEqual([]);
      }
    }
    expect([...names].sort()).toEqual(
      scripts()
        .filter((script) => script.startsWith('workers/'))
        .map((script) => path.basename(script))
        .sort(),
    );
    await context.close();
    await server.close();
    other.close();
    await rm(profile, { recursive: true, force: true });
  });
}

test('a request to another origin ends in the service worker, whoever made it', async () => {
  const server = await serve({ root: 'build', headers: isolation });
  const other = await elsewhere();
  const profile = await newProfile();
  const context = await launch(profile, { bypassCSP: true });
  const page = context.pages()[0]!;
  const ask = (url: string) =>
    page.evaluate(
      (to) =>
        fetch(to, { mode: 'no-cors' }).then(
          () => 'reached',
          () => 'refused',
        ),
      url,
    );
  await page.goto(server.url);
  expect(await ask(other.url)).toBe('reached');
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null).catch(() => false))
    .toBe(true);
  expect(await ask(other.url)).toBe('refused');
  expect(other.hits).toHaveLength(1);
  await context.close();
  await server.close();
  other.close();
  await rm(profile, { recursive: true, force: true });
});

/** Does with the app what starts each of its workers. */
async function useEveryWorker(page: Page): Promise<void> {
  const folder = path.join(await mkdtemp(path.join(tmpdir(), 'kakomi-')), 'images');
  await mkdir(folder);
  await cp('static/sample/pictures/mucosa-001.jpg', path.join(folder, 'one.jpg'));
  await writeFile(path.join(folder, 'two.tif'), aTiff([{ width: 8, height: 8 }]));
  await createProject(page);
  await addStorage(page, folder, '.*');
  await syncStorage(page, 2);
  await page.getByRole('navigation').getByRole('link', { name: 'Projects' }).click();
  await page.getByRole('button', { name: 'Try the sample project' }).click();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '25');
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Model', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Sample detector' })).toBeVisible({ timeout: 60_000 });
}
