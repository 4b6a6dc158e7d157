import { Findings, type ProjectCheck } from '$lib/domain/check';
import { AppError } from '$lib/domain/errors';
import type { LabelId, ProjectId, TaskId } from '$lib/domain/ids';
import { changeTally, emptyTally, isSameTally } from '$lib/domain/tally';
import type { Task } from '$lib/domain/task';
import type { Database } from '../ports/database';
import { batchOf } from '$lib/domain/task-batch';
import { contentsOf, draftRegions, isCountedRight, recount, type TaskContents } from '../recount';
import { countTally, tallyProject } from '../task-index';
import { checkRows } from './check-rows';
import { NOTHING_SKIPPED, type Job, type JobContext } from '../job';

/** Number of tasks read at once. */
const PAGE = 250;

/**
 * Compares a project's counts with its contents and every row with its task. Each portion of tasks is read in one
 * transaction, so that people can go on working meanwhile and no half-finished write is reported as a fault.
 */
export const checkProject: Job<'check-project'> = async (input, context) => {
  const { ports, signal, report } = context;
  const { database } = ports;
  const findings = new Findings();
  const ids = await database.tasks.ids(input.projectId);
  if ((await database.projects.get(input.projectId)) === undefined) throw new AppError('project-missing');
  const sources = new Set((await database.sources.forProject(input.projectId)).map(({ id }) => id));
  const drafted = new Set<TaskId>();
  let tally = emptyTally(input.projectId);
  let mended = 0;
  let before: Task | null = null;

  for (let at = 0; at < ids.length;) {
    signal.throwIfAborted();
    const { read, tasks, wrong } = await checkPortion(ids.slice(at, at + PAGE));
    for (const task of tasks) {
      if (!sources.has(task.sourceId)) findings.add('no-source', task.path, task.id);
      if (task.number === before?.number) {
        findings.add('numbers', task.path, task.id);
        if (input.mends) mended += await renumber(database, task);
      }
      before = task;
    }
    if (input.mends && wrong.length > 0) mended += await database.write(() => recount(database, wrong));
    tally = changeTally(tally, [], tasks);
    at += read;
    report({ done: at, total: ids.length });
  }

  mended += await checkRows(input, drafted, findings, context);
  await checkTally();
  await checkModels(input.projectId, findings, context);
  const check: ProjectCheck = { tasks: ids.length, findings: findings.all, mended };
  const found = check.findings.reduce((sum, { count }) => sum + count, 0);
  return {
    counts: { tasks: ids.length, found, ...(input.mends ? { mended } : {}) },
    ...NOTHING_SKIPPED,
    detail: check,
  };

  /** Checks the first of these tasks with their contents, read at one moment. */
  async function checkPortion(portion: readonly TaskId[]) {
    return database.read(async () => {
      const there = new Map((await database.tasks.getMany(portion)).map((task) => [task.id, task]));
      const rows = portion.flatMap((id) => there.get(id) ?? []);
      const tasks = batchOf(rows);
      const contents = await contentsOf(database, tasks);
      const project = await database.projects.get(input.projectId);
      // A removed label means the label that the project maps it to. See [Note: Removed labels] in
      // domain/label-resolution.ts.
      const labels = new Set([
        ...(project?.labels ?? []).map(({ id }) => id),
        ...(project?.removedLabels ?? []).map(({ label }) => label.id),
      ]);
      const wrong: TaskId[] = [];
      for (const [at, task] of tasks.entries()) {
        const own = contents[at]!;
        if (own.draft !== null) drafted.add(task.id);
        // A merge of labels moves a journal up: its first position may be greater than 1.
        const first = own.entries[0]?.sequence ?? 1;
        if (own.entries.some(({ sequence }, place) => sequence !== first + place))
          findings.add('journals', task.path, task.id);
        if (allRegions(own).some(hasDead(labels))) findings.add('dead-labels', task.path, task.id);
        if (isCountedRight(task, own)) continue;
        wrong.push(task.id);
        // The counts of a gesture are written after it. See [Note: Counts follow].
        if (!(await database.drafts.isBehind(task.id))) findings.add('summaries', task.path, task.id);
      }
      const read = tasks.length === rows.length ? portion.length : portion.indexOf(tasks.at(-1)!.id) + 1;
      return { read, tasks, wrong };
    }, ['projects', 'tasks', 'annotations', 'drafts', 'predictions']);
  }

  /**
   * Checks the tally in one transaction: somebody may have worked meanwhile, and only counts that differ at one moment
   * are wrong.
   */
  async function checkTally(): Promise<void> {
    const kept = await database.tasks.tally(input.projectId);
    // A project that was never tallied is tallied when its list is opened.
    if (kept === null || isSameTally(kept, tally)) return;
    const isWrong = await database.read(async () => {
      const now = await database.tasks.tally(input.projectId);
      return now !== null && !isSameTally(now, await countTally(database, input.projectId));
    }, ['tasks']);
    if (!isWrong) return;
    findings.add('tally', '');
    if (!input.mends) return;
    // Counts again from the beginning, because the counts so far are wrong.
    await database.tasks.putTally({ ...emptyTally(input.projectId), countedTo: 0 });
    await tallyProject(database, input.projectId);
    mended += 1;
  }
};

interface Holder {
  readonly regions: readonly { readonly labelId: LabelId | null }[];
}

const hasDead =
  (labels: ReadonlySet<LabelId>) =>
  ({ regions }: Holder): boolean =>
    regions.some(({ labelId }) => labelId !== null && !labels.has(labelId));

const allRegions = (contents: TaskContents): readonly Holder[] => [
  ...contents.annotations,
  { regions: draftRegions(contents) ?? [] },
  ...contents.predictions,
];

/** Gives a task the next free number, after all others. */
const renumber = (database: Database, task: Task): Promise<number> =>
  database.write(async () => {
    const number = (await database.tasks.lastNumber(task.projectId)) + 1;
    await database.tasks.update(task.id, { number });
    return 1;
  });

async function checkModels(
  projectId: ProjectId,
  findings: Findings,
  { ports: { database, modelFiles } }: JobContext,
): Promise<void> {
  for (const { hash, fileName, name } of await database.models.forProject(projectId)) {
    try {
      await modelFiles.open(hash, fileName);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      findings.add('model-files', name);
    }
  }
}
