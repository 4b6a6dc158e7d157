import { AppError } from './errors';
import type { LabelId } from './ids';
import type { Task, TaskProgress } from './task';

/** What filters and orders look at. */
export type TaskFacts = Omit<Task, 'projectId' | 'sourceId' | 'page' | 'file' | 'reference' | 'annotator'> & {
  /** The name of who submitted it last; null while nobody did. */
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
/** Whether the picture can be had. */
export type FileState = 'present' | 'missing' | 'unreadable';

/** One line of a filter. A number or date that a task does not have matches nothing but `empty`. */
export type Condition =
  | {
      readonly field: TextField;
      readonly operator: 'contains' | 'not-contains' | 'equals' | 'regex' | 'empty' | 'not-empty';
      readonly value: string;
    }
  | {
      readonly field: NumberField | DateField;
      readonly operator: 'equals' | 'less' | 'greater' | 'between' | 'empty' | 'not-empty';
      /** Dates in milliseconds since 1970; a date is equal to the day that begins there. */
      readonly value: number;
      /** The upper end of `between`, which both ends belong to. */
      readonly to: number;
    }
  | { readonly field: 'progress'; readonly operator: 'is' | 'is-not'; readonly value: TaskProgress }
  | { readonly field: 'label'; readonly operator: 'has' | 'has-not'; readonly value: LabelId }
  | { readonly field: 'file'; readonly operator: 'is' | 'is-not'; readonly value: FileState };

export interface TaskFilter {
  readonly join: 'all' | 'any';
  readonly conditions: readonly Condition[];
  /** Words of the search box: all of them have to be in the path, whatever their case. */
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
 * The rule of a filter, made once and asked for every task. Throws `pattern-invalid`. `resolve`: what the ids of
 * labels mean, in the tasks and in the filter; left out, they mean themselves.
 */
export function matcher(filter: TaskFilter, resolve: ResolveLabel = (id) => id): Test {
  const words = folded(filter.search)
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
    const path = folded(task.path);
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
  const sought = folded(value);
  const text: (task: TaskFacts) => string = (task) => task[field] ?? '';
  switch (operator) {
    case 'contains':
      return (task) => folded(text(task)).includes(sought);
    case 'not-contains':
      return (task) => !folded(text(task)).includes(sought);
    case 'equals':
      return (task) => folded(text(task)) === sought;
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

/** As `order` wants them; equals by number, so that an order is one order. Tasks without the value come last. */
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

/** Null where both have a value, or neither. */
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

/** Upper and lower case, and composed and decomposed letters, are the same when people search. */
const folded = (text: string): string => text.normalize('NFC').toLowerCase();
