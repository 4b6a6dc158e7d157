import type { AnnotationChange, RegionChange } from './change';
import { SPLITS } from './dataset';
import type { Size } from './geometry';
import type {
  EpochMs,
  LabelId,
  ModelId,
  ProfileId,
  ProjectId,
  QuestionId,
  RegionId,
  SourceId,
  TaskId,
} from './ids';
import { listLookShape } from './list-look-shape';
import type { DetectorModel, DetectorSettings, RanOn } from './model';
import type { PredictedRegion } from './prediction';
import type { Label, RemovedLabel } from './project';
import type { Region, RegionKind, RegionOf } from './region';
import {
  byField,
  fields,
  flag,
  keptText,
  list,
  listOf,
  mapOf,
  number,
  oneOf,
  optional,
  orNull,
  someText,
  text,
  whole,
  type Shape,
} from './shape';
import type { SyncResult } from './source';
import type { BackedUpTable, StoredRows, StoredTable } from './tables';
import type { FileState } from './task';
import type { Tombstone } from './trash';
import type { RegionCounts } from './version';

/** Rows that a backup contains beside a person's work. */
interface OtherRows {
  readonly tombstones: Tombstone;
  readonly draftsBehind: { readonly taskId: TaskId };
}
/** The rows of the tables that a backup contains. */
export type BackedUpRows = {
  readonly [T in BackedUpTable]: T extends keyof OtherRows ? OtherRows[T] : StoredRows[T & StoredTable];
};

const id = someText;
const time = number<EpochMs>();
const size = fields<Size>({ width: number(0), height: number(0) });
const labelId = orNull(id<LabelId>());

/** No upper bounds are checked, because older versions or imported files may hold numbers beyond them. */
const rect = { x: number(), y: number(), width: number(0), height: number(0) };

const region: Shape<Region> = byField<Region>('kind', {
  box: fields<RegionOf<'box'>>({
    ...rect,
    kind: oneOf('box'),
    id: id(),
    labelId,
    origin: oneOf('manual', 'prediction', 'prediction-changed'),
    rotation: number(),
    score: orNull(number()),
    note: text(),
    isLocked: flag,
    isCrowd: optional(oneOf(true)),
    segmentArea: optional(number(0)),
    segmentBoxArea: optional(number(0)),
    extra: optional(keptText),
  }),
} satisfies { readonly [Kind in RegionKind]: Shape<RegionOf<Kind>> });

const regions = list(region);
const regionMap = mapOf(id<RegionId>(), region);
const choices = mapOf(id<QuestionId>(), list(text()));
const change = fields<AnnotationChange>({
  regions: fields<RegionChange>({ before: regionMap, after: regionMap }),
  choices: fields<AnnotationChange['choices']>({ before: choices, after: choices }),
});

const predictedRegion = fields<PredictedRegion>({
  ...rect,
  rotation: optional(number(0)),
  labelId,
  // Older imports gave a box without a label the number -1.
  classNumber: whole(-1),
  className: text(),
  score: number(),
  extra: optional(keptText),
});

const label = fields<Label>({
  id: id(),
  name: text(),
  color: text(),
  hotkey: text(),
  classNumber: orNull(whole()),
  extra: optional(keptText),
});

const removedLabel = fields<RemovedLabel>({ label, to: labelId, removedAt: time });

const syncResult = fields<SyncResult>({
  at: time,
  tasks: whole(),
  added: whole(),
  changed: whole(),
  moved: whole(),
  missing: whole(),
  restored: whole(),
  leftOut: whole(),
});

const settings = fields<DetectorSettings>({
  convention: text(),
  channels: oneOf('rgb', 'bgr'),
  range: oneOf(1, 255),
  mean: listOf<DetectorSettings['mean']>(3, number()),
  std: listOf<DetectorSettings['std']>(3, number()),
  fit: oneOf('letterbox', 'corner', 'stretch', 'native'),
  padding: number(),
  inputSize: orNull(size),
  layout: oneOf('nchw', 'nhwc'),
  scoreThreshold: number(),
  iouThreshold: number(),
  maxDetections: number(0),
  batchNormEpsilon: number(),
  shortSide: orNull(number(0)),
});

const fileState = fields<FileState>({ bytes: whole(), modifiedAt: time, hash: text() });

const ofTask = { taskId: id<TaskId>(), projectId: id<ProjectId>() };
const ofPerson = { ...ofTask, profileId: id<ProfileId>() };

const annotation = {
  ...ofPerson,
  regions,
  choices,
  isSkipped: flag,
  imageSize: orNull(size),
  annotator: id<ProfileId>(),
  revision: whole(),
  updatedAt: time,
  extra: optional(keptText),
  extraAt: optional(time),
};

/** The shape of the rows of each table. A field that a type gains must be described here, or it does not compile. */
export const ROW_SHAPES: { readonly [T in keyof BackedUpRows]: Shape<BackedUpRows[T]> } = {
  profiles: fields<BackedUpRows['profiles']>({
    id: id(),
    name: text(),
    createdAt: time,
    updatedAt: time,
  }),
  projects: fields<BackedUpRows['projects']>({
    id: id(),
    name: text(),
    description: text(),
    labels: list(label),
    removedLabels: optional(list(removedLabel)),
    labelingConfig: optional(text()),
    extra: optional(keptText),
    listLook: optional(listLookShape),
    createdAt: time,
    updatedAt: time,
  }),
  sources: fields<BackedUpRows['sources']>({
    id: id(),
    projectId: id(),
    kind: oneOf('directory', 'copied'),
    title: text(),
    folderName: text(),
    filter: text(),
    createdAt: time,
    lastSync: orNull(syncResult),
    isRemoved: optional(flag),
  }),
  models: fields<DetectorModel>({
    id: id<ModelId>(),
    projectId: id(),
    version: whole(1),
    name: text(),
    fileName: text(),
    size: whole(),
    hash: text(),
    kind: oneOf('onnx', 'pth'),
    architecture: text(),
    classNames: list(text()),
    labelOfClass: list(labelId),
    settings,
    isInteractive: flag,
    provider: oneOf('auto', 'wasm', 'webgpu'),
    ranOn: orNull(
      fields<RanOn>({
        provider: oneOf('wasm', 'webgpu'),
        threads: whole(),
        fallBack: orNull(oneOf('no-webgpu', 'self-check', 'device-failed')),
      }),
    ),
    createdAt: time,
  }),
  tasks: fields<BackedUpRows['tasks']>({
    id: id(),
    projectId: id(),
    sourceId: id<SourceId>(),
    number: whole(),
    path: someText(),
    size: orNull(size),
    problem: orNull(text()),
    isMissing: flag,
    split: optional(oneOf(...SPLITS)),
    reference: orNull(id<ProfileId>()),
    page: whole(1),
    isTurned: optional(flag),
    file: orNull(fileState),
    replacedBy: optional(orNull(fileState)),
    progress: oneOf('unlabelled', 'draft', 'submitted', 'skipped'),
    regionCount: whole(),
    labelIds: list(id<LabelId>()),
    labelCounts: list(whole()),
    annotatedAt: orNull(time),
    annotator: orNull(id<ProfileId>()),
    predictionCount: whole(),
    predictionScore: orNull(number()),
  }),
  annotations: fields<BackedUpRows['annotations']>({ ...annotation, createdAt: time }),
  drafts: fields<BackedUpRows['drafts']>({
    ...ofPerson,
    regions,
    choices,
    basedOn: whole(),
    imageSize: size,
    savedAt: time,
    extra: optional(keptText),
  }),
  draftEntries: fields<BackedUpRows['draftEntries']>({
    taskId: id(),
    profileId: id(),
    sequence: whole(1),
    change,
    step: oneOf('do', 'undo', 'redo'),
  }),
  predictions: fields<BackedUpRows['predictions']>({
    ...ofTask,
    id: id(),
    modelId: id(),
    modelVersion: whole(),
    regions: list(predictedRegion),
    rejected: list(whole()),
    createdAt: time,
    extra: optional(keptText),
  }),
  versions: fields<BackedUpRows['versions']>({
    ...annotation,
    takenBackAt: optional(time),
    changed: fields<RegionCounts>({ added: whole(), changed: whole(), removed: whole() }),
  }),
  work: fields<BackedUpRows['work']>({
    ...ofPerson,
    note: text(),
    spentMs: number(0),
    orderByHand: list(id<RegionId>()),
  }),
  kept: fields<BackedUpRows['kept']>({ ...ofTask, path: text(), extra: keptText }),
  tombstones: fields<Tombstone>({
    id: id(),
    table: oneOf('tasks', 'annotations'),
    projectId: id(),
    taskIds: list(id<TaskId>()),
    deletedAt: time,
  }),
  draftsBehind: fields<BackedUpRows['draftsBehind']>({ taskId: id() }),
};

/** Describes what is wrong with a row of a backup; null if nothing is. A row of an unknown table is always wrong. */
export function wrongInRow(table: string, row: unknown): string | null {
  return Object.hasOwn(ROW_SHAPES, table)
    ? ROW_SHAPES[table as keyof BackedUpRows](row)
    : 'a table of its own';
}
