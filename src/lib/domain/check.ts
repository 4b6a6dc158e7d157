import type { TaskId } from './ids';

/**
 * What a check of a project can find.
 *
 * - `tally`: the counts over the list differ from the tasks.
 * - `summaries`: tasks whose counts differ from what is stored under them.
 * - `numbers`: tasks that share their number with another one.
 * - `journals`: unsent work whose journal has a gap, or belongs to no draft.
 * - `dead-labels`: tasks with regions whose label the project does not have.
 * - `no-source`: tasks whose source storage is not there.
 * - `leftovers`: rows of tasks that were deleted on purpose.
 * - `orphans`: rows of tasks that are not there, for no known reason.
 * - `model-files`: models whose file is not there.
 * - `unfinished`: actions on many tasks that did not come to their end.
 */
export const FINDING_KINDS = [
  'tally',
  'summaries',
  'numbers',
  'journals',
  'dead-labels',
  'no-source',
  'leftovers',
  'orphans',
  'model-files',
  'unfinished',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** What can be put right without losing anything that a person made. */
export const MENDABLE: ReadonlySet<FindingKind> = new Set(['tally', 'summaries', 'numbers', 'leftovers']);

/** The first ones of a kind are named. */
export const KEPT_EXAMPLES = 20;

export interface Finding {
  readonly kind: FindingKind;
  readonly count: number;
  /** The first `KEPT_EXAMPLES`; a row without a task has a table's name instead of a path. */
  readonly examples: readonly { readonly taskId: TaskId | null; readonly name: string }[];
}

export interface ProjectCheck {
  readonly tasks: number;
  /** In the order of `FINDING_KINDS`; a kind that was not found is not listed. */
  readonly findings: readonly Finding[];
  /** How many of what was found were put right. */
  readonly mended: number;
}

export class Findings {
  readonly #found = new Map<FindingKind, { count: number; examples: Finding['examples'][number][] }>();

  add(kind: FindingKind, name: string, taskId: TaskId | null = null, count = 1): void {
    const found = this.#found.get(kind) ?? { count: 0, examples: [] };
    found.count += count;
    if (found.examples.length < KEPT_EXAMPLES) found.examples.push({ taskId, name });
    this.#found.set(kind, found);
  }

  get all(): readonly Finding[] {
    return FINDING_KINDS.flatMap((kind) => {
      const found = this.#found.get(kind);
      return found ? [{ kind, ...found }] : [];
    });
  }
}
