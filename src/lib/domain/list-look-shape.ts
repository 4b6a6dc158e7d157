import { NUMBER_FIELDS, TEXT_FIELDS, type Condition, type TaskFilter, type TaskOrder } from './filter';
import type { ListLook } from './list-look';
import { byField, fields, flag, list, number, oneOf, someText, text } from './shape';

const condition = byField<Condition>('field', {
  ...Object.fromEntries(
    TEXT_FIELDS.map((name) => [
      name,
      fields<Extract<Condition, { field: typeof name }>>({
        field: oneOf(name),
        operator: oneOf('contains', 'not-contains', 'equals', 'regex', 'empty', 'not-empty'),
        value: text(),
      }),
    ]),
  ),
  ...Object.fromEntries(
    ([...NUMBER_FIELDS, 'annotatedAt'] as const).map((name) => [
      name,
      fields<Extract<Condition, { field: typeof name }>>({
        field: oneOf(name),
        operator: oneOf('equals', 'less', 'greater', 'between', 'empty', 'not-empty'),
        value: number(),
        to: number(),
      }),
    ]),
  ),
  progress: fields<Extract<Condition, { field: 'progress' }>>({
    field: oneOf('progress'),
    operator: oneOf('is', 'is-not'),
    value: oneOf('unlabelled', 'draft', 'submitted', 'skipped'),
  }),
  label: fields<Extract<Condition, { field: 'label' }>>({
    field: oneOf('label'),
    operator: oneOf('has', 'has-not'),
    value: text(),
  }),
  file: fields<Extract<Condition, { field: 'file' }>>({
    field: oneOf('file'),
    operator: oneOf('is', 'is-not'),
    value: oneOf('present', 'missing', 'unreadable'),
  }),
});

/** Shape of a project's list settings. */
export const listLookShape = fields<ListLook>({
  views: list(
    fields<ListLook['views'][number]>({
      id: someText(),
      name: text(),
      filter: fields<TaskFilter>({
        join: oneOf('all', 'any'),
        conditions: list(condition),
        search: text(),
      }),
      order: fields<TaskOrder>({
        field: oneOf(...TEXT_FIELDS, ...NUMBER_FIELDS, 'annotatedAt', 'progress', 'file'),
        direction: oneOf('ascending', 'descending'),
      }),
    }),
  ),
  columns: list(fields<ListLook['columns'][number]>({ id: someText(), isShown: flag, width: number(0) })),
});
