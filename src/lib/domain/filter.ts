import { AppError } from './errors';
import type { LabelId } from './ids';
import type { Task, TaskProgress } from './task';

/** The facts about a task that filters and orders use. */
export type TaskFacts = Omit<Task, 'projectId' | 'sourceId' | 'page' | 'file' | 'reference' | 'annotator'> & {
  /** Name of the person who submitted the task last; null if nobody has. */
  readonly annotator: string | null;
};

export const TEXT_FIELDS = ['path', 'annotator'] as const;
export const NUMBER_FIELDS = [
  'number',
  'regionCount',
  'predictionCount',
  'predictionScore',
  'width',
  'height',
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];
export type NumberField = (typeof NUMBER_FIELDS)[number];
export type DateField = 'annotatedAt';
export type TaskField = TextField | NumberField | DateField | 'progress' | 'label' | 'file';
/** Whether the picture file is available. */
export type FileState = 'present' | 'missing' | 'unreadable';

/** One line of a filter. A number or date that a task does not have matches only `empty`. */
export type Condition =
  | {
      readonly field: TextField;
      readonly operator: 'contains' | 'not-contains' | 'equals' | 'regex' | 'empty' | 'not-empty';
      readonly value: string;
    }
  | {
      readonly field: NumberField | DateField;
      readonly operator: 'equals' | 'less' | 'greater' | 'between' | 'empty' | 'not-empty';
      /** Dates in milliseconds since 1970; a date equals any time of the day that begins there. */
      readonly value: number;
      /** The upper end of `between`; both ends are included. */
      readonly to: number;
    }
  | { readonly field: 'progress'; readonly operator: 'is' | 'is-not'; readonly value: TaskProgress }
  | { readonly field: 'label'; readonly operator: 'has' | 'has-not'; readonly value: LabelId }
  | { readonly field: 'file'; readonly operator: 'is' | 'is-not'; readonly value: FileState };

export interface TaskFilter {
  readonly join: 'all' | 'any';
  readonly conditions: readonly Condition[];
  /** Words of the search box: all of them must occur in the path, ignoring case. */
  readonly search: string;
}

export interface TaskOrder {
  readonly field: Exclude<TaskField, 'label'>;
  readonly direction: 'ascending' | 'descending';
}

export const NO_FILTER: TaskFilter = { join: 'all', conditions: [], search: '' };
export const BY_NUMBER: TaskOrder = { field: 'number', direction: 'ascending' };

export const isEverything = (filter: TaskFilter): boolean =>
  filter.conditions.length === 0 && filter.search.trim() === '';
export const isByNumber = (order: TaskOrder): boolean =>
  order.field === 'number' && order.direction === 'ascending';

const DAY_MS = 86_400_000;
type Test = (task: TaskFacts) => boolean;
type ResolveLabel = (id: LabelId) => LabelId | null;

/**
 * Compiles a filter into a test to run on every task. Throws `pattern-invalid`. `resolve` maps the ids of labels, in
 * the tasks and in the filter, to their current labels; by default ids map to themselves.
 */
export function matcher(filter: TaskFilter, resolve: ResolveLabel = (id) => id): Test {
  const words = foldCase(filter.search)
    .split(/\s+/)
    .filter((word) => word !== '');
  const tests = filter.conditions.map((condition) => testOf(condition, resolve));
  const conditions: Test =
    tests.length === 0
      ? () => true
      : filter.join === 'all'
        ? (task) => tests.every((test) => test(task))
        : (task) => tests.some((test) => test(task));
  if (words.length === 0) return conditions;
  return (task) => {
    const path = foldCase(task.path);
    return words.every((word) => path.includes(word)) && conditions(task);
  };
}

export const matches = (task: TaskFacts, filter: TaskFilter): boolean => matcher(filter)(task);

function testOf(condition: Condition, resolve: ResolveLabel): Test {
  switch (condition.field) {
    case 'path':
    case 'annotator':
      return textTest(condition);
    case 'progress': {
      const { operator, value } = condition;
      return ({ progress }) => (progress === value) === (operator === 'is');
    }
    case 'label': {
      const sought = resolve(condition.value);
      const has: Test =
        sought === null ? () => false : ({ labelIds }) => labelIds.some((id) => resolve(id) === sought);
      return (task) => has(task) === (condition.operator === 'has');
    }
    case 'file': {
      const { operator, value } = condition;
      return (task) => (fileStateOf(task) === value) === (operator === 'is');
    }
    case 'annotatedAt':
    case 'number':
    case 'regionCount':
    case 'predictionCount':
    case 'predictionScore':
    case 'width':
    case 'height':
      return numberTest(condition);
  }
}

function textTest({ field, operator, value }: Extract<Condition, { field: TextField }>): Test {
  const sought = foldCase(value);
  const text: (task: TaskFacts) => string = (task) => task[field] ?? '';
  switch (operator) {
    case 'contains':
      return (task) => foldCase(text(task)).includes(sought);
    case 'not-contains':
      return (task) => !foldCase(text(task)).includes(sought);
    case 'equals':
      return (task) => foldCase(text(task)) === sought;
    case 'empty':
      return (task) => text(task) === '';
    case 'not-empty':
      return (task) => text(task) !== '';
    case 'regex': {
      const pattern = patternOf(value);
      return (task) => pattern.test(text(task).normalize('NFC'));
    }
  }
}

function numberTest({ field, operator, value, to }: Extract<Condition, { to: number }>): Test {
  const number = (task: TaskFacts) => numberOf(task, field);
  switch (operator) {
    case 'empty':
      return (task) => number(task) === null;
    case 'not-empty':
      return (task) => number(task) !== null;
    case 'equals':
      return field === 'annotatedAt'
        ? within(number, value, value + DAY_MS - 1)
        : within(number, value, value);
    case 'less':
      return (task) => (number(task) ?? Infinity) < value;
    case 'greater':
      return (task) => (number(task) ?? -Infinity) > value;
    case 'between':
      return within(number, value, to);
  }
}

const within =
  (number: (task: TaskFacts) => number | null, from: number, to: number): Test =>
  (task) => {
    const found = number(task);
    return found !== null && found >= from && found <= to;
  };

/**
 * Compares tasks as `order` asks; equal ones are compared by number, so that the order is stable. Tasks without the
 * value come last.
 */
export function comparer(order: TaskOrder): (a: TaskFacts, b: TaskFacts) => number {
  const { field } = order;
  const sign = order.direction === 'ascending' ? 1 : -1;
  if (field === 'path' || field === 'annotator') {
    const collator = new Intl.Collator(undefined, { numeric: true });
    return (a, b) =>
      emptyLast(a[field] ?? '', b[field] ?? '', '') ??
      (sign * collator.compare(a[field] ?? '', b[field] ?? '') || a.number - b.number);
  }
  const value = (task: TaskFacts) =>
    field === 'progress'
      ? PROGRESS_ORDER[task.progress]
      : field === 'file'
        ? FILE_ORDER[fileStateOf(task)]
        : numberOf(task, field);
  return (a, b) => {
    const [left, right] = [value(a), value(b)];
    return emptyLast(left, right, null) ?? (sign * ((left ?? 0) - (right ?? 0)) || a.number - b.number);
  };
}

export const compare = (a: TaskFacts, b: TaskFacts, order: TaskOrder): number => comparer(order)(a, b);

const PROGRESS_ORDER: Readonly<Record<TaskProgress, number>> = {
  unlabelled: 0,
  draft: 1,
  submitted: 2,
  skipped: 3,
};
const FILE_ORDER: Readonly<Record<FileState, number>> = { present: 0, missing: 1, unreadable: 2 };

/** Null if both have a value, or neither. */
function emptyLast<T>(a: T, b: T, empty: T): number | null {
  if ((a === empty) === (b === empty)) return null;
  return a === empty ? 1 : -1;
}

export const fileStateOf = (task: Pick<Task, 'isMissing' | 'problem'>): FileState =>
  task.isMissing ? 'missing' : task.problem === null ? 'present' : 'unreadable';

function numberOf(task: TaskFacts, field: NumberField | DateField): number | null {
  if (field === 'width' || field === 'height') return task.size?.[field] ?? null;
  return task[field];
}

function patternOf(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'iu');
  } catch (error) {
    throw new AppError('pattern-invalid', { position: 1 }, { cause: error });
  }
}

/** Search ignores case, and does not distinguish composed from decomposed letters. */
const foldCase = (text: string): string => text.normalize('NFC').toLowerCase();
