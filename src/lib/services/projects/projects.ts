import { AppError } from '$lib/domain/errors';
import { asId, type LabelId, type ProjectId, type TaskId } from '$lib/domain/ids';
import type { ListLook } from '$lib/domain/list-look';
import {
  checkProject,
  labelsAfter,
  makeLabel,
  makeLabels,
  NO_REMOVALS,
  type Label,
  type LabelRemovals,
  type Project,
} from '$lib/domain/project';
import type { SourceStorage } from '$lib/domain/source';
import type { TaskProgress } from '$lib/domain/task';
import { reportOf } from '../job';
import { forgetModelFiles } from '../release-models';
import type { Ports } from '../ports/ports';
import type { LabelUse, LabelUseInput } from './contract';

export interface ProjectCard {
  readonly project: Project;
  readonly counts: Readonly<Record<TaskProgress, number>>;
  readonly coverTaskId: TaskId | null;
}

export type ProjectFields = Pick<Project, 'name' | 'description' | 'labels'>;

export function makeProjects({ database, jobs, clock, makeId, samples, folders, modelFiles }: Ports) {
  const put = async (project: Project): Promise<void> => {
    checkProject(project);
    await database.projects.put({ ...project, name: project.name.trim(), updatedAt: clock.now() });
  };

  const create = async (fields: ProjectFields): Promise<ProjectId> => {
    const id = asId<'project'>(makeId());
    await put({ id, ...fields, createdAt: clock.now(), updatedAt: clock.now() });
    return id;
  };

  return {
    create,

    watchCards(
      onValue: (cards: readonly ProjectCard[]) => void,
      onError: (error: unknown) => void,
    ): () => void {
      const card = async (project: Project): Promise<ProjectCard> => ({
        project,
        counts: await database.tasks.counts(project.id),
        coverTaskId: (await database.tasks.first(project.id))?.id ?? null,
      });
      return database.watch(
        async () => Promise.all((await database.projects.all()).map(card)),
        onValue,
        onError,
      );
    },

    watch(id: ProjectId, onValue: (project: Project | undefined) => void, onError: (error: unknown) => void) {
      return database.watch(() => database.projects.get(id), onValue, onError);
    },

    newLabel: (name: string, others: readonly Label[]): Label =>
      makeLabel(asId<'label'>(makeId()), name, others),
    newLabels: (names: readonly string[], others: readonly Label[]): readonly Label[] =>
      makeLabels(names, others, () => asId<'label'>(makeId())),

    /** Removes a label only if `removals` names it. See [Note: Removed labels] in domain/label-resolution.ts. */
    update: (
      id: ProjectId,
      fields: Partial<ProjectFields>,
      removals: LabelRemovals = NO_REMOVALS,
    ): Promise<void> =>
      database.write(async () => {
        const project = await database.projects.get(id);
        if (!project) throw new AppError('project-missing');
        await put({ ...project, ...fields, ...labelsAfter(project, fields.labels, removals, clock.now()) });
      }, ['projects', 'tasks']),

    /** Counts what uses a label in all stored rows. Returns null if aborted. */
    async labelUse(projectId: ProjectId, labelId: LabelId, signal: AbortSignal): Promise<LabelUse | null> {
      const input: LabelUseInput = { projectId, labelId };
      const outcome = await jobs.run({
        kind: 'count-label-use',
        projectId,
        title: labelId,
        input,
        isQuiet: true,
        signal,
      });
      return reportOf(outcome)?.detail ?? null;
    },

    /**
     * Saves the settings of the list. They do not count as a change of the project: in a merge of two computers mine
     * stay.
     */
    async keepListLook(id: ProjectId, listLook: ListLook): Promise<void> {
      await database.write(async () => {
        const project = await database.projects.get(id);
        if (project) await database.projects.put({ ...project, listLook });
      });
    },

    async remove(id: ProjectId): Promise<void> {
      const sources = await database.sources.forProject(id);
      const models = await database.models.forProject(id);
      await database.projects.delete(id);
      for (const source of sources) await folders.forget(source.id);
      await forgetModelFiles({ database, modelFiles }, models);
    },

    /** Creates a project with the sample pictures of the app, copied into the browser's own storage. */
    async createSample(words: { name: string; description: string; label: string }): Promise<ProjectId> {
      const files = await samples.load();
      const id = await create({
        name: words.name,
        description: words.description,
        labels: [makeLabel(asId<'label'>(makeId()), words.label, [])],
      });
      const source: SourceStorage = {
        id: asId<'source'>(makeId()),
        projectId: id,
        kind: 'copied',
        title: words.name,
        folderName: 'sample',
        filter: '',
        createdAt: clock.now(),
        lastSync: null,
      };
      for (const { path, file } of files) await folders.copyIn(source.id, path, file);
      await database.sources.put(source);
      return id;
    },
  };
}
