import type { Issue, IssueCode } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import type { LabelId } from '$lib/domain/ids';
import { addAllKept, type KeptKind } from '$lib/domain/kept-counts';
import { formatOf, recognise } from '$lib/formats/all';
import type { ArchiveReader, ReadContext } from '$lib/formats/format';
import { isSystemPath } from '$lib/domain/source';
import { findLabelConfig, type LabelConfig } from '$lib/formats/label-config';
import { wholeText } from '$lib/formats/text';
import { addConfigLabels, keepDatasetExtra, labelNamed, mapLabels } from './import-labels';
import { removeLabels, unusedTemplateLabels } from './template-labels';
import { namesOf } from '$lib/domain/profile';
import { writeItems, type MatchedItem } from './import-write';
import { SkippedList, type Job, type JobContext } from '../job';
import { PictureMatcher } from './match-pictures';
import { ItemPlacer } from './place-items';
import type { DetailedReport, JobReport } from '../ports/job-report';
import type { ImportDatasetInput, ImportPreview } from './contract';

const BATCH = 500;
const KEPT_UNMATCHED = 500;

/**
 * Imports a dataset's regions into the project's tasks. Everything is read before anything is written, so that a file
 * that ends early changes nothing; regions that exist already are not added again.
 */
export const importDataset: Job<'import-dataset'> = async (input, context) => {
  const { ports, signal, report } = context;
  let configured: JobReport['counts'] = {};
  const opened = await ports.archives.open(input.files, input.name);
  const whole = { ...opened, paths: opened.paths.filter((path) => !isSystemPath(path)) };
  const skipped = new SkippedList(NOTES);
  for (const path of whole.unsafe) if (!isSystemPath(path)) skipped.add(path, 'path-unsafe');
  const config = await findLabelConfig(whole);
  const archive = { ...whole, paths: whole.paths.filter((path) => path !== config?.path) };
  const kind = input.kind ?? (await recognise(archive));
  if (config !== null) {
    const labels = await importConfig(config, input, context, skipped);
    // A configuration may be imported together with the tasks that were made with it.
    if (kind === null || kind === 'label-config') return labels;
    configured = labels.counts;
  }
  if (kind === null || kind === 'label-config') {
    await readThrough(archive);
    throw new AppError('format-unknown', { path: input.name });
  }

  const placer = new ItemPlacer(ports, await PictureMatcher.of(ports.database, input.projectId));
  let isTelling = true;
  const readContext: ReadContext = {
    vocOrigin: input.vocOrigin,
    issue: ({ path, code, place }: Issue) => isTelling && skipped.add(path, code, undefined, place),
    sizeOf: (path, names = {}) => placer.sizeOf({ path, ...names }),
  };
  const dataset = await formatOf(kind).read(archive, readContext);

  const counts = { pictures: 0, matched: 0, boxes: 0 };
  const boxesOf = new Map<LabelId, number>();
  for await (const item of dataset.items()) {
    if (counts.pictures % BATCH === 0) {
      signal.throwIfAborted();
      report({ done: counts.pictures, total: null });
    }
    counts.pictures += 1;
    for (const { regions } of [...item.annotations, ...item.predictions]) {
      counts.boxes += regions.length;
      for (const { labelId } of regions)
        if (labelId !== null) boxesOf.set(labelId, (boxesOf.get(labelId) ?? 0) + 1);
    }
    placer.see(item);
  }

  // The second pass repeats the first, now that all requirements of the file are known. A preview does all but write.
  isTelling = false;
  const total = counts.pictures;
  const project = await ports.database.projects.get(input.projectId);
  if (!project) throw new AppError('project-missing');
  const going = await unusedTemplateLabels(ports, project, dataset.categories, input.labels);
  if (!input.isPreview) await removeLabels(ports, project.id, going);
  const labelOf = await mapLabels(ports, dataset.categories, {
    projectId: project.id,
    mapping: input.labels,
    going,
    isPreview: input.isPreview,
    onIssue: (code, { name, number }) =>
      skipped.add(input.name, code, undefined, `category ${number}, ${name}`),
  });
  if (!input.isPreview) await keepDatasetExtra(ports, input.projectId, dataset.extra);
  const sums = { annotations: 0, predictions: 0, drafts: 0, unchanged: 0 };
  const unmatched: string[] = [];
  let unmatchedCount = 0;
  const kept = new Map<KeptKind, number>();
  const people = namesOf(await ports.database.profiles.all());
  const writing = { input, datasetName: dataset.name, labelOf, ports, skipped, people, left: new Map() };
  const batch: MatchedItem[] = [];
  let done = 0;
  const flush = async (): Promise<void> => {
    signal.throwIfAborted();
    const written = await writeItems(batch, writing);
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += written[key];
    batch.length = 0;
    report({ done, total });
  };
  for await (const placed of placer.place(dataset)) {
    done += 1;
    const { item, picture } = placed;
    if (picture !== null) counts.matched += 1;
    if ('why' in placed) {
      if (placed.why === 'picture-unmatched') {
        unmatchedCount += 1;
        if (unmatched.length < KEPT_UNMATCHED) unmatched.push(item.path);
      }
      skipped.add(picture?.path ?? item.path, placed.why, picture?.id);
      continue;
    }
    if (placed.note !== null) skipped.add(placed.picture.path, placed.note, placed.picture.id);
    const taskId = placed.picture.id;
    if (input.into === 'annotations') addAllKept(kept, item.kept);
    batch.push({ item, taskId, isRepeated: placer.isRepeated(taskId) });
    if (batch.length >= BATCH) await flush();
  }
  await flush();
  const detail: ImportPreview = {
    kind,
    categories: dataset.categories.map(({ labelId, name }) => ({
      name,
      boxes: boxesOf.get(labelId) ?? 0,
      labelId: labelNamed(project.labels, name)?.id ?? null,
    })),
    unmatched,
    unmatchedCount,
    vocOrigin: dataset.vocOrigin ?? null,
    goingLabels: going.map(({ name }) => name),
    unknownTags: config?.unknownTags ?? [],
    kept,
  };
  return ended({ ...counts, ...sums, ...configured }, skipped, detail);
};

const ended = (
  counts: JobReport['counts'],
  skipped: SkippedList,
  detail: ImportPreview,
): DetailedReport<ImportPreview> => ({
  counts,
  ...skipped.report,
  detail,
});

/** Issues that are notes: the content was imported, unchanged or repaired. */
const NOTES: ReadonlySet<IssueCode> = new Set<IssueCode>([
  'region-outside',
  'region-empty',
  'region-not-a-box',
  'region-repeated',
  'corners-swapped',
  'turn-left-out',
  'keypoints-left-out',
  'track-left-out',
  'category-unnamed',
  'category-repeated',
  'class-number-taken',
  'class-number-differs',
  'id-repeated',
  'size-turned',
  'tag-unknown',
]);

/** If no format was recognised, reads every file, so that an unreadable one reports its error. */
async function readThrough(archive: ArchiveReader): Promise<void> {
  for (const path of archive.paths
    .filter((name) => /\.(json|xml|txt|csv|tsv|ya?ml)$/i.test(name))
    .slice(0, 5))
    await wholeText(archive, path);
}

/**
 * Imports a labelling configuration with its labels. It is stored unchanged, and parts without a meaning here are
 * reported.
 */
async function importConfig(
  config: LabelConfig,
  input: ImportDatasetInput,
  { ports }: JobContext,
  skipped: SkippedList,
): Promise<DetailedReport<ImportPreview>> {
  for (const tag of config.unknownTags) skipped.add(`<${tag}>`, 'tag-unknown');
  const project = await ports.database.projects.get(input.projectId);
  if (!project) throw new AppError('project-missing');
  const detail: ImportPreview = {
    kind: 'label-config',
    categories: config.labels.map(({ name }) => ({
      name,
      boxes: 0,
      labelId: labelNamed(project.labels, name)?.id ?? null,
    })),
    unmatched: [],
    unmatchedCount: 0,
    unknownTags: config.unknownTags,
    vocOrigin: null,
    goingLabels: [],
    kept: new Map(),
  };
  const labels = input.isPreview
    ? config.labels.length
    : await addConfigLabels(ports, input.projectId, config.labels, config.text);
  return ended({ labels }, skipped, detail);
}
