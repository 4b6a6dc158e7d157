import type { Identified } from '$lib/detectors/detector';
import { nameClasses, proposeLabels } from '$lib/domain/class-mapping';
import { AppError } from '$lib/domain/errors';
import { asId, type LabelId, type ModelId, type ProjectId, type SourceId } from '$lib/domain/ids';
import { labelResolver } from '$lib/domain/label-resolution';
import type { DetectorModel, RanOn } from '$lib/domain/model';
import { predictedRegions, type PredictedRegion } from '$lib/domain/prediction';
import type { Project } from '$lib/domain/project';
import type { Task } from '$lib/domain/task';
import { forgetModelFiles } from '../release-models';
import { expectProject } from '../expect-exists';
import type { ConventionName, DetectOptions, Detected, ModelFiles, RunnableModel } from '../ports/inference';
import type { ImageFolder } from '../ports/folders';
import type { PicturePage } from '../ports/pictures';
import type { Ports } from '../ports/ports';

/** What a file turned out to be, with what is proposed for this project. */
export interface Inspected {
  readonly files: ModelFiles;
  readonly identified: Identified;
  /** The ways to read outputs that can be chosen. */
  readonly conventions: readonly ConventionName[];
  readonly classNames: readonly string[];
  readonly labelOfClass: readonly (LabelId | null)[];
}

/** What a person decides on connecting a model. */
export type ModelFields = Pick<
  DetectorModel,
  'name' | 'classNames' | 'labelOfClass' | 'settings' | 'isInteractive' | 'provider'
>;

/** What a model says about one picture. */
export interface Trial {
  readonly regions: readonly PredictedRegion[];
  /** So many classes it must have at least. */
  readonly classes: number;
  readonly size: Detected['size'];
  readonly detectMs: number;
  readonly ranOn: RanOn;
}

/** In the field's words; where the file cannot tell, of what the person said it is. */
export const architectureOf = (
  { architecture, alike }: Inspected['identified'],
  { convention }: DetectorModel['settings'],
): string => alike?.find(({ id }) => id === convention)?.name ?? architecture;

type PictureOfTask = Pick<Task, 'sourceId' | 'path' | 'page'>;
export type ReadPicture = (task: PictureOfTask) => Promise<PicturePage>;

/** The detectors that people connected to their projects. */
export function makeModels({ database, detectors, modelFiles, folders, clock, makeId }: Ports) {
  const projectOf = async (id: ProjectId): Promise<Project> => {
    const project = await database.projects.get(id);
    if (!project) throw new AppError('project-missing');
    return project;
  };

  /** Every version, with the labels that its classes mean now. */
  const modelsOf = async (id: ProjectId): Promise<readonly DetectorModel[]> => {
    const models = await database.models.forProject(id);
    if (models.length === 0) return models;
    const resolve = labelResolver(await projectOf(id));
    return models.map((model) => ({ ...model, labelOfClass: model.labelOfClass.map(resolve) }));
  };

  const folderOf = async ({ sourceId, path }: PictureOfTask): Promise<ImageFolder> => {
    const source = await database.sources.get(sourceId);
    if (!source) throw new AppError('folder-missing', { path });
    return folders.open(source);
  };

  /** Reads the pictures of tasks; a folder is opened for its first one and stays open. */
  const pictureReader = (): ReadPicture => {
    const opened = new Map<SourceId, Promise<ImageFolder>>();
    return async (task) => {
      const folder = opened.get(task.sourceId) ?? folderOf(task);
      opened.set(task.sourceId, folder);
      // What does not open now may open for the next picture.
      folder.catch(() => opened.delete(task.sourceId));
      return { file: await (await folder).file(task.path), page: task.page };
    };
  };

  const runnable = async (model: DetectorModel): Promise<RunnableModel> => ({
    key: model.hash,
    files: await modelFiles.open(model.hash, model.fileName),
    settings: model.settings,
    provider: model.provider,
  });

  /** Runs a model on one picture. What it calls a class that has no name here goes by its number. */
  const detect = async (
    model: RunnableModel,
    named: Pick<DetectorModel, 'classNames' | 'labelOfClass'>,
    picture: PicturePage,
    options: DetectOptions,
  ): Promise<Trial> => {
    const { detections, size, ranOn, detectMs } = await detectors.detect(model, picture, options);
    const classes = Math.max(0, ...detections.map(({ classNumber }) => classNumber + 1));
    return { regions: predictedRegions(detections, named, size), classes, size, ranOn, detectMs };
  };

  const keep = async (
    base: Pick<DetectorModel, 'id' | 'projectId' | 'version'>,
    inspected: Inspected,
    fields: ModelFields,
    ranOn: RanOn | null,
  ): Promise<DetectorModel> => {
    const { file } = inspected.files;
    const hash = await modelFiles.hash(file);
    await modelFiles.keep(hash, inspected.files);
    const model: DetectorModel = {
      ...base,
      ...fields,
      name: fields.name.trim() || file.name,
      fileName: file.name,
      size: file.size,
      hash,
      kind: inspected.identified.kind,
      architecture: architectureOf(inspected.identified, fields.settings),
      ranOn,
      createdAt: clock.now(),
    };
    await database.write(async () => {
      await expectProject(database, model.projectId);
      await database.models.put(model);
    }, ['models', 'projects']);
    // The model is connected, whatever becomes of this: another try to connect it would connect it twice.
    await detectors.keepOffline().catch(() => undefined);
    return model;
  };

  return {
    runnable,
    detect,
    pictureReader,

    /** The newest version of each model, by name. */
    watch(
      projectId: ProjectId,
      onValue: (models: readonly DetectorModel[]) => void,
      onError: (error: unknown) => void,
    ) {
      return database.watch(async () => newest(await modelsOf(projectId)), onValue, onError);
    },

    newest: async (projectId: ProjectId): Promise<readonly DetectorModel[]> =>
      newest(await modelsOf(projectId)),

    /** Every version, the newest first. */
    all: async (projectId: ProjectId): Promise<readonly DetectorModel[]> =>
      [...(await modelsOf(projectId))].sort((a, b) => b.createdAt - a.createdAt),

    /** The model that opening a task asks; null: none. */
    async interactive(projectId: ProjectId): Promise<DetectorModel | null> {
      const models = newest(await modelsOf(projectId));
      return models.find(({ isInteractive }) => isInteractive) ?? null;
    },

    /** Reads a file without running it. Nothing is kept. */
    async inspect(projectId: ProjectId, files: ModelFiles): Promise<Inspected> {
      const { labels } = await projectOf(projectId);
      const { identified, conventions } = await detectors.identify(files);
      const classNames = nameClasses(identified, labels);
      const labelOfClass = proposeLabels(classNames, labels);
      return { files, identified, conventions, classNames, labelOfClass };
    },

    /** The first pictures of a project: what a model can be tried on. */
    examples: (projectId: ProjectId, limit: number): Promise<readonly Task[]> =>
      database.tasks.page(projectId, 0, limit),

    /** What a file that is not kept yet says about one of the project's pictures. */
    async tryOut(
      { files }: Inspected,
      fields: Pick<ModelFields, 'classNames' | 'labelOfClass' | 'settings' | 'provider'>,
      task: PictureOfTask,
      options: DetectOptions,
    ): Promise<Trial> {
      const { settings, provider } = fields;
      const key = [files.file, ...files.beside]
        .map(({ name, size, lastModified }) => `${name}/${size}/${lastModified}`)
        .join();
      const picture = await pictureReader()(task);
      return detect({ key, files, settings, provider }, fields, picture, { ...options, isTrial: true });
    },

    connect: (
      projectId: ProjectId,
      inspected: Inspected,
      fields: ModelFields,
      ranOn: RanOn | null,
    ): Promise<DetectorModel> =>
      keep({ id: asId<'model'>(makeId()), projectId, version: 1 }, inspected, fields, ranOn),

    /** Another file in place of a model's: its next version. What earlier versions said stays theirs. */
    replace: (
      { id, projectId, version }: DetectorModel,
      inspected: Inspected,
      fields: ModelFields,
      ranOn: RanOn | null,
    ): Promise<DetectorModel> => keep({ id, projectId, version: version + 1 }, inspected, fields, ranOn),

    /** Changes what a person may overrule at any time. The file stays. */
    async change(
      id: ModelId,
      version: number,
      changes: Partial<ModelFields & Pick<DetectorModel, 'architecture' | 'ranOn'>>,
    ): Promise<void> {
      const model = await database.models.get(id, version);
      if (model) await database.models.put({ ...model, ...changes });
    },

    /** What a kept model's file is, to overrule its settings or to look at it again. */
    async reopen(model: DetectorModel): Promise<Inspected> {
      const files = await modelFiles.open(model.hash, model.fileName);
      const { classNames, labelOfClass } = model;
      return { files, ...(await detectors.identify(files)), classNames, labelOfClass };
    },

    /** With all its versions; what it said about tasks stays until it is deleted there. */
    async remove({ id, projectId }: DetectorModel): Promise<void> {
      const versions = (await database.models.forProject(projectId)).filter((model) => model.id === id);
      await database.models.delete(id);
      await forgetModelFiles({ database, modelFiles }, versions);
    },
  };
}

function newest(models: readonly DetectorModel[]): readonly DetectorModel[] {
  const byId = new Map<ModelId, DetectorModel>();
  for (const model of models)
    if ((byId.get(model.id)?.version ?? 0) < model.version) byId.set(model.id, model);
  return [...byId.values()].sort((a, b) => a.name.localeCompare(b.name));
}

export type Models = ReturnType<typeof makeModels>;
