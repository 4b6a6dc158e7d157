import { aboutMegabytes } from './sizes';

const count = (value: number): string => value.toLocaleString('en');
const tasks = (value: number): string => `${count(value)} ${value === 1 ? 'task' : 'tasks'}`;
const keptBack = (value: number): string =>
  `${tasks(value)} ${value === 1 ? 'was' : 'were'} changed since and not overwritten; the trash keeps what was there before.`;

/** Words about bulk actions and undoing them. */
export const trashEn = {
  open: (actions: number) => `Trash (${count(actions)})`,
  title: 'Trash',
  kept: (days: number, bytes: number) =>
    `What you can undo is kept for ${count(days)} days, and up to ${count(Math.round(bytes / 1e6))} MB in each project, also after a restart. The oldest goes first. Backups leave it out.`,
  empty: 'There is nothing to undo.',
  size: (count: number, bytes: number) => `${tasks(count)}, ${aboutMegabytes.en(bytes)}`,
  refused: (count: number) => `${tasks(count)} could not be put back: changed since.`,
  forget: 'Delete for Good',
  forgetOf: (action: string) => `Delete for good: ${action}`,
  underWay: (action: string, state: 'doing' | 'undoing' | 'done') =>
    state === 'undoing' ? `Undoing ${action} …` : `${action} is under way …`,
  undoneInPart: (action: string, back: number, left: number) =>
    `Undo ${action}: ${tasks(back)} back. ${keptBack(left)}`,
  recovered: (action: string, left: number) =>
    `${action} was cut off half-way and has been undone.${left === 0 ? '' : ` ${keptBack(left)}`}`,
  question: (count: number) => `Delete ${tasks(count)} from this project?`,
  questionSubmitted: (value: number) =>
    value === 1 ? '1 of them is submitted or skipped.' : `${count(value)} of them are submitted or skipped.`,
  questionUnsent: (value: number) =>
    value === 1 ? '1 of them has unsent work.' : `${count(value)} of them have unsent work.`,
  questionNone: 'None of them is submitted, skipped or drawn on.',
  questionWhat:
    'Annotations, predictions, notes and versions go with the tasks. The pictures on disk stay as they are.',
  questionUndo: 'You can undo this.',
};
