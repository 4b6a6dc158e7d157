import { mergeKept, type KeptText } from './kept';
import type { Label, RemovedLabel } from './project';
import type { Row } from './row';

/** Result of merging two copies of a row: `mine`, `theirs`, or a row made of both. */
export type Merged = 'mine' | 'theirs' | Row;

const numberIn = (row: Row, key: string): number => (typeof row[key] === 'number' ? row[key] : 0);

/**
 * Merges two copies of one row. The higher revision wins, then the later change; a project keeps the labels of both.
 * Drafts and rows without a time stay mine, so that nothing here is overwritten by chance.
 */
export function mergeRow(table: string, mine: Row, theirs: Row): Merged {
  if (table === 'projects') return mergeProject(mine, theirs);
  if (table === 'tasks' || table === 'drafts' || table === 'draftEntries' || table === 'sources')
    return 'mine';
  const revisions = numberIn(theirs, 'revision') - numberIn(mine, 'revision');
  if (revisions !== 0) return revisions > 0 ? 'theirs' : 'mine';
  const times = timeOf(theirs) - timeOf(mine);
  return times > 0 ? 'theirs' : 'mine';
}

/** Whether a row that was deleted here on purpose stays deleted, because nobody changed it after the deletion. */
export const staysDeleted = (row: Row, deletedAt: number): boolean => timeOf(row) <= deletedAt;

const timeOf = (row: Row): number => numberIn(row, 'updatedAt') || numberIn(row, 'createdAt');

function mergeProject(mine: Row, theirs: Row): Merged {
  const later = timeOf(theirs) > timeOf(mine) ? theirs : mine;
  const labelsIn = (row: Row) => (row['labels'] ?? []) as readonly Label[];
  const removedIn = (row: Row) => (row['removedLabels'] ?? []) as readonly RemovedLabel[];
  // A label removed on either computer is removed: its boxes know what they became, and it can be restored.
  const removedLabels = [
    ...new Map([...removedIn(theirs), ...removedIn(mine)].map((one) => [one.label.id, one])).values(),
  ];
  const removed = new Set(removedLabels.map(({ label }) => label.id));
  const own = labelsIn(mine).filter(({ id }) => !removed.has(id));
  const known = new Set(own.map(({ id }) => id));
  const added = labelsIn(theirs).filter(({ id }) => !known.has(id) && !removed.has(id));
  const isAsMine =
    added.length === 0 &&
    own.length === labelsIn(mine).length &&
    removedLabels.length === removedIn(mine).length;
  const extra = mergeKept(mine['extra'] as KeptText | undefined, theirs['extra'] as KeptText | undefined);
  if (isAsMine && later === mine && extra === mine['extra']) return 'mine';
  const names = new Set(own.map(({ name }) => name.normalize('NFC')));
  const labels = [...own, ...added.map((label) => ({ ...label, name: freeName(label.name, names) }))];
  return {
    ...later,
    labels,
    ...(removedLabels.length > 0 ? { removedLabels } : {}),
    ...(extra === undefined ? {} : { extra }),
  };
}

/** Two labels of one name that were created independently stay two labels, because boxes refer to their ids. */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 2; taken.has(free.normalize('NFC')); count += 1) free = `${name} (${count})`;
  taken.add(free.normalize('NFC'));
  return free;
}
