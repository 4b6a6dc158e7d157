import type { TaskId } from './ids';

/**
 * The problems that a check of a project can find.
 *
 * - `tally`: the counts over the list differ from the tasks.
 * - `summaries`: tasks whose counts differ from their stored annotations.
 * - `numbers`: tasks that share their number with another task.
 * - `journals`: drafts whose journal has a gap, or journal entries without a draft.
 * - `dead-labels`: tasks with regions whose label the project does not have.
 * - `no-source`: tasks whose source storage does not exist.
 * - `leftovers`: rows of tasks that were deleted on purpose.
 * - `orphans`: rows of tasks that do not exist, for no known reason.
 * - `model-files`: models whose file does not exist.
 * - `unfinished`: bulk actions that did not finish.
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

/** Findings that can be repaired without losing anything that a person made. */
export const REPAIRABLE: ReadonlySet<FindingKind> = new Set(['tally', 'summaries', 'numbers', 'leftovers']);

/** Maximum number of examples listed per kind. */
export const MAX_EXAMPLES = 20;

export interface Finding {
  readonly kind: FindingKind;
  readonly count: number;
  /** The first `MAX_EXAMPLES`; a row without a task is listed by its table's name instead of a path. */
  readonly examples: readonly { readonly taskId: TaskId | null; readonly name: string }[];
}

export interface ProjectCheck {
  readonly tasks: number;
  /** In the order of `FINDING_KINDS`; kinds that were not found are omitted. */
  readonly findings: readonly Finding[];
  /** Number of findings that were repaired. */
  readonly mended: number;
}

export class Findings {
  readonly #found = new Map<FindingKind, { count: number; examples: Finding['examples'][number][] }>();

  add(kind: FindingKind, name: string, taskId: TaskId | null = null, count = 1): void {
    const found = this.#found.get(kind) ?? { count: 0, examples: [] };
    found.count += count;
    if (found.examples.length < MAX_EXAMPLES) found.examples.push({ taskId, name });
    this.#found.set(kind, found);
  }

  get all(): readonly Finding[] {
    return FINDING_KINDS.flatMap((kind) => {
      const found = this.#found.get(kind);
      return found ? [{ kind, ...found }] : [];
    });
  }
}
