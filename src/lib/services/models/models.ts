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

/** The result of identifying a file, with the settings proposed for this project. */
export interface Inspected {
  readonly files: ModelFiles;
  readonly identified: Identified;
  /** The output conventions that can be chosen. */
  readonly conventions: readonly ConventionName[];
  readonly classNames: readonly string[];
  readonly labelOfClass: readonly (LabelId | null)[];
}

/** The fields that a person sets when connecting a model. */
export type ModelFields = Pick<
  DetectorModel,
  'name' | 'classNames' | 'labelOfClass' | 'settings' | 'isInteractive' | 'provider'
>;

/** The result of running a model on one picture. */
export interface Trial {
  readonly regions: readonly PredictedRegion[];
  /** The minimum number of classes that the model must have. */
  readonly classes: number;
  readonly size: Detected['size'];
  readonly detectMs: number;
  readonly ranOn: RanOn;
}

/**
 * The established name of the architecture; if the file does not show it, the name of the convention that the person
 * chose.
 */
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

  /** Every version, with the current labels of its classes. */
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

  /** Returns a reader for the pictures of tasks; a folder is opened for its first picture and stays open. */
  const pictureReader = (): ReadPicture => {
    const opened = new Map<SourceId, Promise<ImageFolder>>();
    return async (task) => {
      const folder = opened.get(task.sourceId) ?? folderOf(task);
      opened.set(task.sourceId, folder);
      // If the folder cannot be opened now, the next picture tries again.
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

  /** Runs a model on one picture. A class that has no name is named by its number. */
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
    // The model is connected even if this fails: connecting it again would create it twice.
    await detectors.keepOffline().catch(() => undefined);
    return model;
  };

  return {
    runnable,
    detect,
    pictureReader,

    /** Calls back with the newest version of each model, by name. */
    watch(
      projectId: ProjectId,
      onValue: (models: readonly DetectorModel[]) => void,
      onError: (error: unknown) => void,
    ) {
      return database.watch(async () => newest(await modelsOf(projectId)), onValue, onError);
    },

    newest: async (projectId: ProjectId): Promise<readonly DetectorModel[]> =>
      newest(await modelsOf(projectId)),

    /** Returns every version, the newest first. */
    all: async (projectId: ProjectId): Promise<readonly DetectorModel[]> =>
      [...(await modelsOf(projectId))].sort((a, b) => b.createdAt - a.createdAt),

    /** Returns the model that opening a task runs; null if there is none. */
    async interactive(projectId: ProjectId): Promise<DetectorModel | null> {
      const models = newest(await modelsOf(projectId));
      return models.find(({ isInteractive }) => isInteractive) ?? null;
    },

    /** Identifies a file without running it. Nothing is stored. */
    async inspect(projectId: ProjectId, files: ModelFiles): Promise<Inspected> {
      const { labels } = await projectOf(projectId);
      const { identified, conventions } = await detectors.identify(files);
      const classNames = nameClasses(identified, labels);
      const labelOfClass = proposeLabels(classNames, labels);
      return { files, identified, conventions, classNames, labelOfClass };
    },

    /** Returns the first pictures of a project, to try a model on. */
    examples: (projectId: ProjectId, limit: number): Promise<readonly Task[]> =>
      database.tasks.page(projectId, 0, limit),

    /** Runs a file that is not stored yet on one of the project's pictures. */
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

    /** Replaces the file of a model, which creates its next version. Predictions of earlier versions stay theirs. */
    replace: (
      { id, projectId, version }: DetectorModel,
      inspected: Inspected,
      fields: ModelFields,
      ranOn: RanOn | null,
    ): Promise<DetectorModel> => keep({ id, projectId, version: version + 1 }, inspected, fields, ranOn),

    /** Changes the settings that a person may override at any time. The file stays. */
    async change(
      id: ModelId,
      version: number,
      changes: Partial<ModelFields & Pick<DetectorModel, 'architecture' | 'ranOn'>>,
    ): Promise<void> {
      const model = await database.models.get(id, version);
      if (model) await database.models.put({ ...model, ...changes });
    },

    /** Identifies a stored model's file again, to override its settings or to view it. */
    async reopen(model: DetectorModel): Promise<Inspected> {
      const files = await modelFiles.open(model.hash, model.fileName);
      const { classNames, labelOfClass } = model;
      return { files, ...(await detectors.identify(files)), classNames, labelOfClass };
    },

    /** Removes the model with all its versions; its predictions stay until they are deleted in the tasks. */
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
