import type { FindingKind } from '$lib/domain/check';

const n = (count: number): string => count.toLocaleString('en');
const plural = (count: number, one: string, many: string): string =>
  `${n(count)} ${count === 1 ? one : many}`;
type PerKind = Readonly<Record<FindingKind, (count: number) => string>>;

const told: PerKind = {
  tally: () => 'The counts over the list differ from the tasks.',
  summaries: (count) => `${plural(count, 'task has', 'tasks have')} counts that differ from its contents.`,
  numbers: (count) => `${plural(count, 'task shares its number', 'tasks share their number')} with another.`,
  journals: (count) => `The unsent work of ${plural(count, 'task', 'tasks')} has a gap.`,
  'dead-labels': (count) =>
    `${plural(count, 'task has', 'tasks have')} regions whose label no longer exists; they count as unlabelled.`,
  'no-source': (count) => `${plural(count, 'task has', 'tasks have')} no source storage; the work is kept.`,
  leftovers: (count) => `${plural(count, 'entry is', 'entries are')} left over from deleted tasks.`,
  orphans: (count) => `${plural(count, 'entry belongs', 'entries belong')} to a task that is not there.`,
  'model-files': (count) =>
    `The file of ${plural(count, 'model', 'models')} is missing; connect it again in Model.`,
  unfinished: (count) => `${plural(count, 'action on many tasks', 'actions on many tasks')} did not end.`,
};

/** Words of the check of a project. */
export const checkEn = {
  title: 'Check this project',
  about:
    'Holds every count against what is stored, and every entry against its task. Nothing is changed unless you say so, and you can go on working meanwhile.',
  run: 'Check this project',
  running: 'Checking…',
  allWell: (tasks: number) => `All is well: ${plural(tasks, 'task', 'tasks')} checked, nothing is wrong.`,
  mended: (count: number) => `${plural(count, 'entry was', 'entries were')} put right.`,
  which: 'Which',
  more: (count: number) => `and ${n(count)} more`,
  mend: 'Put right',
  ask: 'This changes nothing that was drawn or written:',
  found: told,
  mends: {
    ...told,
    tally: () => 'The counts over the list are counted anew.',
    summaries: (count: number) => `The counts of ${plural(count, 'task', 'tasks')} are counted anew.`,
    numbers: (count: number) => `${plural(count, 'task gets a new number', 'tasks get new numbers')}.`,
    leftovers: (count: number) =>
      `${plural(count, 'entry', 'entries')} of tasks that were deleted ${count === 1 ? 'is' : 'are'} removed.`,
  } satisfies PerKind,
};
