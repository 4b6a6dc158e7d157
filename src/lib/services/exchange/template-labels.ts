import type { Category } from '$lib/domain/dataset';
import type { ProjectId } from '$lib/domain/ids';
import {
  labelsAfter,
  LABEL_COLORS,
  LABEL_KEYS,
  TEMPLATE_LABELS,
  type Label,
  type Project,
} from '$lib/domain/project';
import type { JobPorts } from '../ports/ports';
import { labelNamed } from './import-labels';
import type { LabelMapping } from './contract';

/**
 * The template labels of a new project that an import with labels of its own replaces: nobody has changed or used them,
 * no model's class is mapped to them, and the import does not ask for them.
 */
export async function unusedTemplateLabels(
  { database }: JobPorts,
  project: Project,
  categories: readonly Category[],
  mapping: LabelMapping,
): Promise<readonly Label[]> {
  const template = project.labels.filter(isAsMade);
  const asked = categories.flatMap(({ name }) => {
    const target = mapping.get(name);
    if (target === null) return [];
    return target === undefined || target === 'new' ? [labelNamed(project.labels, name)?.id] : [target];
  });
  if (template.length === 0 || asked.every((id) => id !== undefined)) return [];
  const used = new Set(asked);
  for (const { labelOfClass } of await database.models.forProject(project.id))
    for (const id of labelOfClass) if (id !== null) used.add(id);
  const candidates = template.filter(({ id }) => !used.has(id));
  return candidates.length > 0 && (await isUntouched({ database }, project.id)) ? candidates : [];
}

/** Whether a label is as the template made it: with its name, its position's colour and key, and no number. */
function isAsMade({ name, color, hotkey, classNumber }: Label): boolean {
  const at = TEMPLATE_LABELS.indexOf(name);
  return at >= 0 && color === LABEL_COLORS[at] && hotkey === LABEL_KEYS[at] && classNumber === null;
}

/** Whether no person and no model has worked on any picture. */
async function isUntouched({ database }: Pick<JobPorts, 'database'>, projectId: ProjectId): Promise<boolean> {
  for (let number = 0; ;) {
    const page = await database.tasks.page(projectId, number, 2000);
    if (page.length === 0) return true;
    if (page.some(({ progress, predictionCount }) => progress !== 'unlabelled' || predictionCount > 0))
      return false;
    number = page.at(-1)!.number;
  }
}

/** Removes labels from the list; they can be restored like any other removed label. */
export async function removeLabels(
  { database, clock }: JobPorts,
  projectId: ProjectId,
  labels: readonly Label[],
): Promise<void> {
  if (labels.length === 0) return;
  await database.write(async () => {
    const project = await database.projects.get(projectId);
    if (!project) return;
    const removed = new Map(labels.map(({ id }) => [id, null]));
    const next = labelsAfter(project, undefined, { removed, broughtBack: new Set() }, clock.now());
    await database.projects.put({ ...project, ...next, updatedAt: clock.now() });
  });
}
