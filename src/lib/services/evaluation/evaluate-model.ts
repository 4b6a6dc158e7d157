import { averagePrecision } from '$lib/domain/evaluation/average-precision';
import { acceptedFrom } from '$lib/domain/evaluation/accepted';
import { BoxCollector } from '$lib/domain/evaluation/columns';
import { judge } from '$lib/domain/evaluation/verdicts';
import { AppError } from '$lib/domain/errors';
import type { LabelId, TaskId } from '$lib/domain/ids';
import { labelResolver } from '$lib/domain/label-resolution';
import { boundsOfPredicted } from '$lib/domain/prediction';
import { operationsOf } from '$lib/domain/region';
import { isOutdated } from '$lib/domain/replaced';
import { referenceKey } from '$lib/domain/whose';
import type { Database, ModelVersionKey } from '../ports/database';
import { answering, type Job, type JobContext } from '../job';
import { IMPORTED_MODEL, taskPages } from '../dataset-items';
import type { Evaluation } from './contract';

const NAMED_CLASSES = 20;

/** Evaluates all predictions of a model's version for submitted tasks. */
export const evaluateModel: Job<'evaluate-model'> = async (said, context) =>
  answering(await evaluate(context.ports.database, said, context));

export async function evaluate(
  database: Database,
  said: ModelVersionKey,
  { signal, report }: Pick<JobContext, 'signal' | 'report'>,
): Promise<Evaluation> {
  const project = await database.projects.get(said.projectId);
  if (!project) throw new AppError('project-missing');
  const model = await database.models.get(said.modelId, said.modelVersion);
  const name = model?.name ?? said.modelId.replace(IMPORTED_MODEL, '');
  const labels = project.labels.map(({ id, name, color }) => ({ id, name, color }));
  const resolve = labelResolver(project);
  const places = new Map(labels.map(({ id }, at) => [id, at]));
  const numberOf: NumberOf = (id) => {
    const label = resolve(id);
    return label === null ? undefined : places.get(label);
  };

  const all = await readPredictions(database, said, numberOf, signal);
  const { truth, found, numbers, submitted, ...own } = await readSubmitted(
    database,
    said,
    numberOf,
    all,
    signal,
    (done) => report({ done, total: null }),
  );
  if (submitted === 0) throw new AppError('evaluation-nothing-submitted');
  if (numbers.length === 0) throw new AppError('evaluation-no-predictions', { name, tasks: submitted });

  const [given, heard] = [truth.truth(), found.found()];
  const drawn = new Set(given.label);
  const known = new Set(heard.label);
  for (const id of model?.labelOfClass ?? []) known.add(numberOf(id) ?? -1);
  const unknown = labels.filter((_, at) => drawn.has(at) && !known.has(at));
  const isAnythingSaid = heard.label.length > 0 || own.foundElsewhere > 0;
  if (drawn.size > 0 && unknown.length === drawn.size && (model !== undefined || isAnythingSaid))
    throw new AppError('evaluation-labels-unknown', {
      name,
      labels: unknown.map((label) => label.name).join(', '),
    });
  signal.throwIfAborted();
  return {
    labels,
    scores: averagePrecision(given, heard, labels.length),
    // A class that an imported file did not name may still be one of the model's.
    unknownLabels: model === undefined ? [] : unknown.map(({ id }) => id),
    numbers: Int32Array.from(numbers),
    truth: given,
    found: heard,
    verdicts: judge(given, heard),
    left: {
      tasksWithoutPrediction: submitted - numbers.length - own.replaced,
      replaced: own.replaced,
      boxesWithoutLabel: own.withoutLabel,
      boxesOfOtherClasses: own.foundElsewhere,
      otherClasses: [...own.otherClasses].sort().slice(0, NAMED_CLASSES),
      turned: own.turned,
      crowds: given.isCrowd.reduce((sum, is) => sum + is, 0),
    },
    accepted: own.accepted,
  };
}

/** Returns a label's index in the columns; undefined if the region has no label. */
type NumberOf = (id: LabelId | null) => number | undefined;

interface Predictions {
  readonly boxes: BoxCollector;
  readonly pictureOf: ReadonlyMap<TaskId, number>;
  /** The class names of each task's boxes whose class has no label, one per box. */
  readonly elsewhere: ReadonlyMap<TaskId, readonly string[]>;
}

/** Reads the model's predictions for every task. */
async function readPredictions(
  database: Database,
  said: ModelVersionKey,
  numberOf: NumberOf,
  signal: AbortSignal,
): Promise<Predictions> {
  const boxes = new BoxCollector();
  const pictureOf = new Map<TaskId, number>();
  const elsewhere = new Map<TaskId, readonly string[]>();
  for await (const page of database.predictions.pagesOf(said)) {
    signal.throwIfAborted();
    for (const { taskId, regions } of page) {
      pictureOf.set(taskId, boxes.pictures);
      boxes.nextPicture();
      const others: string[] = [];
      for (const region of regions) {
        const { labelId, score, className } = region;
        const label = numberOf(labelId);
        if (label === undefined) others.push(className);
        else boxes.add({ label, ...boundsOfPredicted(region), score });
      }
      if (others.length > 0) elsewhere.set(taskId, others);
    }
  }
  return { boxes, pictureOf, elsewhere };
}

/** Reads the submitted annotations of the tasks that the model has predictions for, in the order of the tasks. */
async function readSubmitted(
  database: Database,
  { projectId }: ModelVersionKey,
  numberOf: NumberOf,
  { boxes, pictureOf, elsewhere }: Predictions,
  signal: AbortSignal,
  onProgress: (done: number) => void,
) {
  const [truth, found] = [new BoxCollector(), new BoxCollector()];
  const numbers: number[] = [];
  const otherClasses = new Set<string>();
  const accepted = { asSaid: 0, changed: 0 };
  let [submitted, turned, withoutLabel, foundElsewhere, replaced] = [0, 0, 0, 0, 0];
  for await (const page of taskPages(database, { projectId, taskIds: null })) {
    signal.throwIfAborted();
    // A draft on a submitted task does not invalidate the submission.
    const tasks = page.filter(({ progress }) => progress === 'submitted' || progress === 'draft');
    const annotations = await database.annotations.getMany(tasks.map(referenceKey));
    for (const [at, task] of tasks.entries()) {
      const { id, number } = task;
      const annotation = annotations[at];
      if (!annotation || annotation.isSkipped) continue;
      submitted += 1;
      if (isOutdated(task, annotation.imageSize)) {
        replaced += 1;
        continue;
      }
      const picture = pictureOf.get(id);
      if (picture === undefined) continue;
      numbers.push(number);
      truth.nextPicture();
      for (const region of annotation.regions) {
        const label = numberOf(region.labelId);
        if (label === undefined) {
          withoutLabel += 1;
          continue;
        }
        const { angle, bounds, objectArea } = operationsOf(region);
        if (angle(region) !== 0) turned += 1;
        // The area that is written to COCO: an object may be smaller than its box.
        const isCrowd = region.isCrowd === true;
        truth.add({ label, ...bounds(region), area: objectArea(region), isCrowd });
        const from = acceptedFrom(region, boxes, picture);
        if (from !== null) accepted[from] += 1;
      }
      found.nextPicture();
      found.addPictureOf(boxes, picture);
      for (const name of elsewhere.get(id) ?? []) {
        foundElsewhere += 1;
        otherClasses.add(name);
      }
    }
    onProgress(page.at(-1)?.number ?? 0);
  }
  return {
    ...{ truth, found, numbers, submitted, turned, withoutLabel, foundElsewhere, otherClasses, replaced },
    accepted,
  };
}
