import { AppError } from '$lib/domain/errors';
import { asId, type LabelId, type ProjectId, type TaskId } from '$lib/domain/ids';
import type { ListLook } from '$lib/domain/list-look';
import { checkProject, makeLabel, type Label, type Project } from '$lib/domain/project';
import type { SourceStorage } from '$lib/domain/source';
import type { TaskProgress } from '$lib/domain/task';
import { forgetModelFiles } from './forget-models';
import type { Ports } from './ports/ports';

export interface ProjectCard {
  readonly project: Project;
  readonly counts: Readonly<Record<TaskProgress, number>>;
  readonly coverTaskId: TaskId | null;
}

export type ProjectFields = Pick<Project, 'name' | 'description' | 'labels'>;

export function makeProjects({ database, clock, makeId, samples, folders, modelFiles }: Ports) {
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

    /** A label that boxes still wear cannot be taken away: `label-in-use` says how many tasks wear it. */
    async update(id: ProjectId, fields: Partial<ProjectFields>): Promise<void> {
      const project = await database.projects.get(id);
      if (!project) throw new AppError('project-missing');
      const next = { ...project, ...fields };
      const kept = new Set(next.labels.map((label) => label.id));
      const dropped = project.labels.filter((label) => !kept.has(label.id));
      for (const label of dropped) {
        const tasks = await tasksWearing(id, label.id);
        if (tasks > 0) throw new AppError('label-in-use', { name: label.name, tasks });
      }
      await put(next);
    },

    /** How the list looks is no change of the project: in a merge of two computers mine stays. */
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

    /** A project with the pictures that come with the app, copied into the browser's own storage. */
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

  async function tasksWearing(id: ProjectId, labelId: LabelId): Promise<number> {
    let count = 0;
    for (let number = 0; ;) {
      const page = await database.tasks.page(id, number, 1000);
      count += page.filter((task) => task.labelIds.includes(labelId)).length;
      if (page.length === 0) return count;
      number = page.at(-1)!.number;
    }
  }
}
