import { AppError } from '$lib/domain/errors';
import { SCHEMA_VERSION } from '$lib/domain/migrations';
import type { DataTrouble } from '$lib/services/ports/shell';
import { Dexie } from 'dexie';
import { defineVersions, type Tables } from './schema';

/** Reasons why a connection is closed for good. */
type Loss = Exclude<DataTrouble, 'blocked' | 'upgrading'>;

/**
 * Dexie multiplies versions by ten: it adds 1 to the browser's own version number when it repairs a schema by itself.
 */
const TENTHS = 10;

/**
 * [Note: Connection]
 * A tab writes only to a database of its own schema version that it found or created itself. Dexie alone also opens
 * newer databases, and opens a closed one again, creating it if it was deleted. So this file is the only one that opens
 * connections (of the page, of job workers, of the task index, and for the journal, which bypasses Dexie), all of this
 * class:
 *
 *   - another tab upgrades or deletes the database: the connection closes and never opens again;
 *   - an opened database turns out to be newer: it is closed at once, before anything is read or written;
 *   - only the first opening of a page creates a database: a worker never does, nor does a page that had one before.
 *
 * Every request after that fails with the loss, including the write of a gesture.
 */
class GuardedDexie extends Dexie {
  loss: AppError | null = null;
  private readonly listeners = new Set<(trouble: DataTrouble | null) => void>();
  /** Reason why the database is not open yet. */
  private waiting: 'blocked' | 'upgrading' | null = null;

  constructor(name: string, mayCreate: boolean) {
    // Strict durability: a write is done when it is on the disk, not when the operating system has accepted it.
    super(name, { chromeTransactionDurability: 'strict', ...upTo(SCHEMA_VERSION) });
    let mayStillCreate = mayCreate;
    this.on('populate', () => {
      if (!mayStillCreate) throw this.lose('data-deleted');
    });
    this.on(
      'ready',
      () => {
        const opened = this.backendDB();
        if (Math.floor(opened.version / TENTHS) > SCHEMA_VERSION) throw this.lose('newer-version-running');
        mayStillCreate = false;
        this.setWaiting(null);
        // The browser closes the connection when its data are cleared, or when its storage fails: opening it again
        // shows which, once Dexie has released the closed connection.
        opened.addEventListener('close', () => queueMicrotask(() => void this.open().catch(() => undefined)));
      },
      true,
    );
    this.on('versionchange', ({ newVersion }) => {
      this.lose(newVersion === null ? 'data-deleted' : 'newer-version-running');
      this.close();
      // Stops Dexie from opening the database again by itself.
      return false;
    });
    this.on('blocked', () => this.setWaiting('blocked'));
    defineVersions(this, () => this.setWaiting('upgrading'));
  }

  override open() {
    if (this.loss) return Dexie.Promise.reject(this.loss);
    return super.open().catch((error: unknown) => {
      if (this.loss) this.close();
      throw this.loss ?? error;
    });
  }

  /**
   * Runs one write that bypasses Dexie, whose own steps cost milliseconds. `request` makes its requests synchronously
   * and commits with the last of them; watchers of the tables are not notified. Resolves when the write is on disk.
   */
  async writeBare(tables: readonly string[], request: (transaction: IDBTransaction) => void): Promise<void> {
    if (!this.isOpen()) await this.open();
    const transaction = this.backendDB().transaction(tables, 'readwrite', { durability: 'strict' });
    const written = new Promise<void>((done, fail) => {
      transaction.oncomplete = () => done();
      transaction.onabort = () =>
        fail(transaction.error ?? new DOMException('nothing was written', 'AbortError'));
    });
    try {
      request(transaction);
    } catch (error) {
      written.catch(() => undefined);
      transaction.abort();
      throw error;
    }
    await written;
  }

  get trouble(): DataTrouble | null {
    return this.loss ? (this.loss.code as Loss) : this.waiting;
  }

  /** Calls back now if there is trouble, and whenever it changes. Returns an unsubscribe function. */
  watchTrouble(onChange: (trouble: DataTrouble | null) => void): () => void {
    this.listeners.add(onChange);
    if (this.trouble) onChange(this.trouble);
    return () => this.listeners.delete(onChange);
  }

  private setWaiting(waiting: 'blocked' | 'upgrading' | null): void {
    this.waiting = waiting;
    this.notify();
  }

  private lose(code: Loss): AppError {
    this.loss ??= new AppError(code);
    this.notify();
    return this.loss;
  }

  private notify(): void {
    for (const listener of this.listeners) listener(this.trouble);
  }
}

/** A connection, with its tables. */
export type KakomiDexie = GuardedDexie & Tables;

/** Opens one connection. `mayCreate`: whether its first opening creates the database if there is none. */
export const connect = (name = 'kakomi', mayCreate = true): KakomiDexie =>
  // Dexie itself adds the tables of its versions to the connection.
  new GuardedDexie(name, mayCreate) as KakomiDexie;

/** Hides databases that are newer, because Dexie must not repair one whose schema it does not know. */
function upTo(schemaVersion: number): { indexedDB?: IDBFactory; IDBKeyRange?: typeof IDBKeyRange } {
  const { indexedDB, IDBKeyRange } = globalThis as Partial<typeof globalThis>;
  if (!indexedDB || !IDBKeyRange) return {};
  const guarded: Pick<IDBFactory, 'open' | 'databases' | 'deleteDatabase' | 'cmp'> = {
    open(name, version) {
      if (version !== undefined && Math.floor(version / TENTHS) > schemaVersion)
        throw new DOMException('a newer database is left as it is', 'VersionError');
      return indexedDB.open(name, version);
    },
    databases: () => indexedDB.databases(),
    deleteDatabase: (name) => indexedDB.deleteDatabase(name),
    cmp: (a, b) => indexedDB.cmp(a, b),
  };
  return { indexedDB: guarded, IDBKeyRange };
}
