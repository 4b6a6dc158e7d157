import type { Draft, DraftEntry } from '$lib/domain/annotation';
import { AppError } from '$lib/domain/errors';
import { foreseen } from './foreseen';
import type { KakomiDexie } from './schema';

/**
 * One gesture to the disk, in one way there and back: every row is handed over at once and the transaction is
 * told that nothing more comes. This is the one write that the hand waits for, so it goes past Dexie, whose
 * own steps cost it several milliseconds; nobody watches these tables.
 */
export async function appendToJournal(
  db: KakomiDexie,
  entry: DraftEntry,
  newDraft: Draft | null,
): Promise<void> {
  try {
    if (!db.isOpen()) await db.open();
    await write(db, entry, newDraft);
  } catch (error) {
    // That place in the journal is taken: another tab was here first.
    if (error instanceof DOMException && error.name === 'ConstraintError')
      throw new AppError('edited-elsewhere', {}, { cause: error });
    throw foreseen(error);
  }
}

async function write(db: KakomiDexie, entry: DraftEntry, newDraft: Draft | null): Promise<void> {
  const transaction = db
    .backendDB()
    .transaction(['drafts', 'draftEntries', 'draftsBehind'], 'readwrite', { durability: 'strict' });
  const written = settled(transaction);
  if (newDraft) transaction.objectStore('drafts').put(newDraft);
  transaction.objectStore('draftEntries').add(entry);
  transaction.objectStore('draftsBehind').put({ taskId: entry.taskId });
  transaction.commit();
  await written;
}

function settled(transaction: IDBTransaction): Promise<void> {
  return new Promise((done, fail) => {
    transaction.oncomplete = () => done();
    transaction.onabort = () => fail(transaction.error ?? new Error('the journal was not written'));
  });
}
