import type { Annotation, Draft } from '$lib/domain/annotation';
import type { DatasetAnnotation, DatasetItem } from '$lib/domain/dataset';
import type { Size } from '$lib/domain/geometry';
import { asId, type LabelId, type ProfileId, type TaskId } from '$lib/domain/ids';
import { NO_CHOICES } from '$lib/domain/change';
import { resolveRow } from '$lib/domain/label-resolution';
import { withUnsupported, type KeptText, type TaskKept } from '$lib/domain/kept';
import type { Prediction } from '$lib/domain/prediction';
import { NOBODY, profileNamed, type ProfileNames } from '$lib/domain/profile';
import type { Region } from '$lib/domain/region';
import { summarize, summarizePredictions, type Task } from '$lib/domain/task';
import { referenceOf } from '$lib/domain/whose';
import type { JobPorts } from '../ports/ports';
import { resolverOf } from '../label-resolver';
import { draftAsKept, keptOfTask } from './import-kept';
import { mergePredictions, predictionsOf, samePrediction } from './import-predictions';
import type { SkippedList } from '../job';
import { otherPlace } from './other-place';
import { sameRegions } from './same-regions';
import type { ImportDatasetInput } from './contract';

export interface MatchedItem {
  readonly taskId: TaskId;
  readonly item: DatasetItem;
  /** Whether the file contains the task's picture more than once. */
  readonly isRepeated: boolean;
}

type Sums = Record<'annotations' | 'predictions' | 'drafts' | 'unchanged', number>;

/** The state that this import leaves a task in, for when the file contains it again. */
interface ImportedState {
  readonly task: Task;
  readonly own: Annotation | null;
  readonly predictions: readonly Prediction[];
}

/** Context that all batches of an import share. */
export interface Writing {
  readonly input: ImportDatasetInput;
  readonly datasetName: string;
  readonly labelOf: ReadonlyMap<LabelId, LabelId>;
  readonly ports: JobPorts;
  readonly skipped: SkippedList;
  readonly left: Map<TaskId, ImportedState>;
  readonly people: ProfileNames;
}

/**
 * Writes the imported content of some tasks, all or nothing; existing work is not changed. A preview runs the same code
 * without writing, so that both give the same report.
 *
 * [Note: Only a source that looked] A picture is marked as submitted and deliberately empty only if a file says that
 * somebody looked and found nothing. If a file has entries about a picture and none of them can be imported, the
 * picture stays as it was, and that is reported.
 */
export async function writeItems(
  batch: readonly MatchedItem[],
  { input, datasetName, labelOf, ports, skipped, left, people }: Writing,
): Promise<Sums> {
  const { database, clock, makeId } = ports;
  const sums: Sums = { annotations: 0, predictions: 0, drafts: 0, unchanged: 0 };
  if (batch.length === 0) return sums;
  const ids = batch.map(({ taskId }) => taskId);

  const write = async () => {
    const tasks = new Map((await database.tasks.getMany(ids)).map((task) => [task.id, task]));
    // Tasks without work have no stored rows, and a project that imports a dataset has hardly any others.
    const touched = ids.filter((id) => tasks.get(id)?.progress !== 'unlabelled');
    // Stored regions are compared by the labels that they have now.
    const resolve = await resolverOf(database, input.projectId);
    const stored = (await database.annotations.forTasks(touched)).map((rows) =>
      rows.map((row) => resolveRow(row, resolve)),
    );
    const counted = stored.map((rows, at) => referenceOf(rows, tasks.get(touched[at]!)?.reference));
    const others = stored.flatMap((rows, at) => rows.filter((row) => row !== counted[at]));
    const withPredictions = ids.filter(
      (_, at) => input.into === 'predictions' || batch[at]!.item.predictions.length > 0,
    );
    const predictions = (await database.predictions.forTasks(withPredictions)).map((row) =>
      resolveRow(row, resolve),
    );
    const writing = {
      /** The latest state of each task: a file may name a task twice. */
      tasks: new Map<TaskId, Task>(),
      own: [] as Annotation[],
      others: [] as Annotation[],
      predictions: [] as Prediction[],
      drafts: [] as Draft[],
      kept: new Map<TaskId, TaskKept>(),
    };
    const keptNow = new Map((await database.kept.forTasks(ids)).map((row) => [row.taskId, row]));
    const now = new Map(touched.map((id, at) => [id, counted[at] ?? null]));
    /** Entries that could not be imported, which are preserved beside the picture. */
    const unsupported = new Map<TaskId, { readonly list: string; readonly extra: KeptText | undefined }[]>();
    const latest = new Map<TaskId, readonly Prediction[]>();
    for (const id of ids) {
      const before = left.get(id);
      if (before === undefined) continue;
      now.set(id, before.own);
      latest.set(id, before.predictions);
    }

    for (const { taskId, item, isRepeated } of batch) {
      const before = writing.tasks.get(taskId) ?? left.get(taskId)?.task ?? tasks.get(taskId);
      if (before === undefined) continue;
      let task = item.split === null ? before : { ...before, split: item.split };
      const asPredictions = input.into === 'predictions';
      if (!asPredictions) task = annotate(task, item);
      const found = predictionsOf(task, item, {
        asPredictions: asPredictions ? datasetName : null,
        labelOf,
        now: clock.now(),
        onIssue: (code) => skipped.addTask(before, code),
      });
      if (found.length > 0) {
        const earlier = latest.get(taskId) ?? [];
        const said = found.map((next) =>
          mergePredictions(
            earlier.find(({ id }) => id === next.id),
            next,
          ),
        );
        const known = [
          ...predictions.filter((old) => old.taskId === taskId && !earlier.some(({ id }) => id === old.id)),
          ...earlier,
        ];
        const isNews = said.some(
          (next) => !known.some((old) => old.id === next.id && samePrediction(old, next)),
        );
        if (isNews) {
          writing.predictions.push(...said);
          sums.predictions += said.length;
          const all = [...known.filter((old) => !said.some((next) => next.id === old.id)), ...said];
          task = { ...task, ...summarizePredictions(all) };
        } else sums.unchanged += 1;
        latest.set(taskId, [...earlier.filter((old) => !said.some(({ id }) => id === old.id)), ...said]);
      }
      if (!asPredictions) {
        const kept = keptOfTask(
          task,
          withUnsupported(item.extra, unsupported.get(taskId) ?? []),
          writing.kept.get(taskId) ?? keptNow.get(taskId),
          input.replaces,
        );
        if (kept !== null) writing.kept.set(taskId, kept);
      }
      if (task !== before) writing.tasks.set(taskId, task);
      if (isRepeated)
        left.set(taskId, { task, own: now.get(taskId) ?? null, predictions: latest.get(taskId) ?? [] });
    }
    if (input.isPreview) return;
    await database.annotations.putMany(writing.own);
    await database.annotations.putMany(writing.others);
    await database.predictions.put(writing.predictions);
    for (const draft of writing.drafts) await database.drafts.put(draft);
    await database.kept.put([...writing.kept.values()]);
    const before = [...writing.tasks.keys()].map((id) => tasks.get(id)!);
    await database.tasks.putMany([...writing.tasks.values()], before);

    /** Imports submitted annotations, and the draft if the task has no draft of its own. */
    function annotate(task: Task, item: DatasetItem): Task {
      const before = now.get(task.id) ?? null;
      let own = before;
      let next = task;
      // An annotation that this import has written is not replaced by the next one from the same file.
      const replaces = input.replaces && !left.has(task.id);
      const layers = item.annotations.map((said) => ({ said, regions: mapped(said.regions, task) }));
      const taken = layers.filter(
        ({ said, regions }) => said.isSkipped || regions.length > 0 || (said.unsupportedCount ?? 0) === 0,
      );
      if (taken.length < layers.length) skipped.addTask(task, 'nothing-taken');
      for (const layer of layers) if (!taken.includes(layer)) keep(task, 'annotations', layer.said.extra);
      for (const [index, { said, regions }] of taken.entries()) {
        const annotator = profileNamed(said.annotator, people);
        const isSame = own !== null && own.isSkipped === said.isSkipped && sameRegions(own.regions, regions);
        if (isSame && (index === 0 || (own === before && own!.annotator === annotator))) {
          sums.unchanged += 1;
        } else if (
          index > 0 ||
          (own !== null && annotator !== NOBODY && annotator !== own.annotator && !replaces)
        ) {
          addOther(task, said, regions, index, item.size);
        } else if (task.progress === 'draft') {
          skipped.addTask(task, 'has-draft');
        } else if (own !== null && !replaces) {
          skipped.addTask(task, 'already-annotated');
        } else if (item.size === null && !said.isSkipped) {
          skipped.addTask(task, 'size-unknown');
        } else {
          own = row(task, said, regions, item.size, own, own?.profileId ?? annotator);
          now.set(task.id, own);
          writing.own.push(own);
          sums.annotations += 1;
          next = { ...next, ...summarize(own, null), size: next.size ?? item.size };
        }
      }
      return item.draft === null || item.size === null ? next : draw(next, item, own);
    }

    function keep(task: Task, list: string, extra: KeptText | undefined): void {
      unsupported.set(task.id, [...(unsupported.get(task.id) ?? []), { list, extra }]);
    }

    function draw(task: Task, item: DatasetItem, own: Annotation | null): Task {
      const regions = mapped(item.draft!, task);
      if (sameRegions(own?.regions ?? [], regions)) {
        if (task.progress !== 'draft') keep(task, 'drafts', draftAsKept(item));
        return task;
      }
      if (task.progress === 'draft') {
        skipped.addTask(task, 'has-draft');
        return task;
      }
      writing.drafts.push({
        taskId: task.id,
        profileId: own?.profileId ?? NOBODY,
        projectId: task.projectId,
        regions,
        choices: own?.choices ?? NO_CHOICES,
        basedOn: own?.revision ?? 0,
        imageSize: item.size!,
        savedAt: clock.now(),
        ...(item.draftExtra === undefined ? {} : { extra: item.draftExtra }),
      });
      sums.drafts += 1;
      return { ...task, ...summarize(own, regions), size: task.size ?? item.size };
    }

    /** Adds the annotation of another annotator; two with the same name are distinguished by a number. */
    function addOther(
      task: Task,
      said: DatasetAnnotation,
      regions: readonly Region[],
      index: number,
      size: Size | null,
    ): void {
      const own = now.get(task.id);
      const { name, profileId, known } = otherPlace(said.annotator, index, {
        own: own ?? null,
        stored: others.filter(({ taskId }) => taskId === task.id),
        written: writing.others.filter(({ taskId }) => taskId === task.id),
        people,
      });
      if (known !== null && known.isSkipped === said.isSkipped && sameRegions(known.regions, regions)) {
        sums.unchanged += 1;
        return;
      }
      if (known !== null && !input.replaces) {
        skipped.addTask(task, 'already-annotated');
        return;
      }
      writing.others.push(row(task, { ...said, annotator: name }, regions, size, known, profileId));
      sums.annotations += 1;
    }
  };
  await (input.isPreview ? write() : database.write(write));
  return sums;

  function row(
    task: Task,
    said: DatasetAnnotation,
    regions: readonly Region[],
    size: Size | null,
    before: Annotation | null,
    profileId: ProfileId,
  ): Annotation {
    const updatedAt = before === null ? (said.updatedAt ?? clock.now()) : clock.now();
    return {
      taskId: task.id,
      profileId,
      projectId: task.projectId,
      regions,
      choices: before?.choices ?? NO_CHOICES,
      isSkipped: said.isSkipped,
      imageSize: size,
      annotator: profileNamed(said.annotator, people),
      revision: (before?.revision ?? 0) + 1,
      createdAt: before?.createdAt ?? said.createdAt ?? clock.now(),
      updatedAt,
      ...(said.extra === undefined ? {} : { extra: said.extra, extraAt: updatedAt }),
    };
  }

  /** Regions with new ids and the project's labels; regions whose label was left out are dropped. */
  function mapped(regions: readonly Region[], task: Task): readonly Region[] {
    const taken = new Set<string>();
    return regions.flatMap((region) => {
      const labelId = region.labelId === null ? null : labelOf.get(region.labelId);
      if (labelId === undefined) {
        skipped.addTask(task, 'label-left-out');
        return [];
      }
      const isFree = region.id !== '' && !taken.has(region.id);
      taken.add(region.id);
      return [{ ...region, id: isFree ? region.id : asId<'region'>(makeId()), labelId }];
    });
  }
}
