/**
 * [Note: Cut-off writes]
 * Chromium keeps all databases of an origin in one LevelDB: rows go to a log, and into a table when the log is full.
 * After a restart it appends to the log that is there. A browser that is killed between the head of a row and its
 * bytes leaves the head at the log's end. The next start passes over it and appends behind it; the start after that
 * finds rows behind a head that they do not belong to, calls the log corrupt and **deletes every database of the
 * origin**. Of 1,000 kills in the middle of large writes one or two leave such a head.
 *
 * So the first page that opens the data writes more than a log holds, and deletes it again. Chromium then moves all
 * earlier rows into a table and starts a fresh log. The test (cut-write.spec.ts) leaves such a head behind.
 */

/** LevelDB's write buffer holds 4 MB. The half megabyte above it covers the overhead of rows and blocks. */
const LOG_BYTES = 4.5 * 2 ** 20;
/** Chromium writes a value above 64 KB into a file of its own, past the log. */
const ROW_BYTES = 48 * 2 ** 10;
/** A throwaway database, outside the app's schema. It is deleted at the end. */
const NAME = 'kakomi-fresh-log';

const isChromium = (): boolean => /Chrom(e|ium)\//.test(navigator.userAgent);

/** Makes Chromium start a fresh log. Resolves when the log is fresh; in other browsers it resolves at once. */
export async function startFreshLog(): Promise<void> {
  if (!isChromium()) return;
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('rows', { autoIncrement: true });
  const db = await settled(opening);
  const transaction = db.transaction('rows', 'readwrite', { durability: 'relaxed' });
  const rows = transaction.objectStore('rows');
  // Random bytes cannot be compressed: the log takes them at their length.
  for (let written = 0; written < LOG_BYTES; written += ROW_BYTES)
    rows.add(crypto.getRandomValues(new Uint8Array(ROW_BYTES)));
  await new Promise<void>((done, fail) => {
    transaction.oncomplete = () => done();
    transaction.onabort = () => fail(transaction.error ?? new DOMException('aborted', 'AbortError'));
  });
  db.close();
  await settled(indexedDB.deleteDatabase(NAME));
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error ?? new DOMException('failed', 'UnknownError'));
  });
