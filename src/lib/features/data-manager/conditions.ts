import {
  NUMBER_FIELDS,
  TEXT_FIELDS,
  type Condition,
  type DateField,
  type NumberField,
  type TaskField,
  type TextField,
} from '$lib/domain/filter';
import { asId } from '$lib/domain/ids';
import type { Label } from '$lib/domain/project';

export type Operator = Condition['operator'];

export const FILTER_FIELDS: readonly TaskField[] = [
  'path',
  'progress',
  'label',
  'regionCount',
  'annotatedAt',
  'predictionCount',
  'predictionScore',
  'annotator',
  'file',
  'number',
  'width',
  'height',
];

const isText = (field: TaskField): field is TextField => (TEXT_FIELDS as readonly string[]).includes(field);
export const isNumber = (field: TaskField): field is NumberField | DateField =>
  field === 'annotatedAt' || (NUMBER_FIELDS as readonly string[]).includes(field);

const TEXT_OPERATORS = ['contains', 'not-contains', 'equals', 'regex', 'empty', 'not-empty'] as const;
const NUMBER_OPERATORS = ['equals', 'less', 'greater', 'between', 'empty', 'not-empty'] as const;
const LABEL_OPERATORS = ['has', 'has-not'] as const;
const STATE_OPERATORS = ['is', 'is-not'] as const;

/** The condition once with each operator that its field can have. */
export function withEachOperator(condition: Condition): readonly Condition[] {
  if ('to' in condition) return NUMBER_OPERATORS.map((operator) => ({ ...condition, operator }));
  switch (condition.field) {
    case 'label':
      return LABEL_OPERATORS.map((operator) => ({ ...condition, operator }));
    case 'progress':
      return STATE_OPERATORS.map((operator) => ({ ...condition, operator }));
    case 'file':
      return STATE_OPERATORS.map((operator) => ({ ...condition, operator }));
    case 'path':
    case 'annotator':
      return TEXT_OPERATORS.map((operator) => ({ ...condition, operator }));
  }
}

/** The condition that a filter line starts with when its field is chosen. */
export function firstCondition(field: TaskField, labels: readonly Label[], now: number): Condition {
  if (isText(field)) return { field, operator: 'contains', value: '' };
  if (isNumber(field)) {
    const value = field === 'annotatedAt' ? startOfDay(now) : 0;
    return { field, operator: field === 'regionCount' ? 'greater' : 'equals', value, to: value };
  }
  if (field === 'label') return { field, operator: 'has', value: labels[0]?.id ?? asId<'label'>('') };
  if (field === 'progress') return { field, operator: 'is', value: 'unlabelled' };
  return { field: 'file', operator: 'is', value: 'missing' };
}

/** True if the operator compares with a value. */
export const takesValue = (operator: Operator): boolean => operator !== 'empty' && operator !== 'not-empty';

/** Local midnight of the day of a time, in milliseconds since 1970. */
const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** Formats a time as a local date: `2026-01-31`. `fromDay` is the inverse. */
export function dayOf(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
export const fromDay = (day: string): number => startOfDay(Date.parse(`${day}T00:00:00`));
