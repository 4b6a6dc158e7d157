import type { Category } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import { asId, type LabelId, type ProjectId } from '$lib/domain/ids';
import { mergeKept, MAX_KEPT_LENGTH, type KeptText } from '$lib/domain/kept';
import { labelResolver } from '$lib/domain/label-resolution';
import { makeLabel, type Label, type Project } from '$lib/domain/project';
import type { ConfigLabel } from '$lib/formats/label-config';
import type { JobPorts } from '../ports/ports';
import { withFileNumbers, type NumberedClass, type OnNumberIssue } from './import-numbers';
import type { LabelMapping } from './contract';

const sameName = (a: string, b: string): boolean => a.normalize('NFC').trim() === b.normalize('NFC').trim();

export const labelNamed = (labels: readonly Label[], name: string): Label | undefined =>
  labels.find((label) => sameName(label.name, name));

/** Parameters for mapping the labels of an import. */
export interface MappingLabels {
  readonly projectId: ProjectId;
  readonly mapping: LabelMapping;
  /** Labels that the import removes before mapping. */
  readonly going: readonly Label[];
  readonly isPreview: boolean;
  readonly onIssue: OnNumberIssue;
}

/** The project's label for each category; new labels are created where the mapping asks for them. */
export async function mapLabels(
  ports: JobPorts,
  categories: readonly Category[],
  { projectId, mapping, going, isPreview, onIssue }: MappingLabels,
): Promise<ReadonlyMap<LabelId, LabelId>> {
  const project = await ports.database.projects.get(projectId);
  if (!project) throw new AppError('project-missing');
  const mapped = new Map<LabelId, LabelId>();
  const resolve = labelResolver(project);
  const gone = new Set(going.map(({ id }) => id));
  const labels = project.labels.filter(({ id }) => !gone.has(id));
  const [made, met]: [NumberedClass[], NumberedClass[]] = [[], []];
  let isChanged = false;
  for (const { labelId, name, extra, classNumber } of categories) {
    const target = mapping.get(name);
    if (target === null) continue;
    // A label that was removed since it was chosen here may have become another one, or none.
    const chosen = target === undefined || target === 'new' ? null : resolve(target);
    const known = chosen ?? labelNamed(labels, name)?.id;
    const at = labels.findIndex(({ id }) => id === known);
    const label = labels[at] ?? makeLabel(asId<'label'>(ports.makeId()), name, labels);
    const id = known ?? label.id;
    mapped.set(labelId, id);
    if (classNumber !== undefined && (at < 0 || sameName(label.name, name)))
      (at < 0 ? made : met).push({ labelId: id, name, number: classNumber });
    if (known !== undefined && (at < 0 || mergeKept(label.extra, extra) === label.extra)) continue;
    isChanged = true;
    const both = mergeKept(label.extra, extra);
    labels[at < 0 ? labels.length : at] = both === undefined ? label : { ...label, extra: both };
  }
  const numbered = withFileNumbers(labels, made, met, onIssue);
  if (!isPreview && isChanged) await keep(ports, project, numbered);
  return mapped;
}

/** Stores a dataset's content about the whole dataset in the project. */
export async function keepDatasetExtra(
  { database, clock }: JobPorts,
  projectId: ProjectId,
  extra: KeptText | undefined,
): Promise<void> {
  const project = await database.projects.get(projectId);
  if (!project || extra === undefined) return;
  const both = mergeKept(project.extra, extra);
  if (both !== undefined && both !== project.extra && both.length <= MAX_KEPT_LENGTH)
    await database.projects.put({ ...project, extra: both, updatedAt: clock.now() });
}

/** Adds the labels of a labelling configuration to the project; existing labels keep their position. */
export async function addConfigLabels(
  ports: JobPorts,
  projectId: ProjectId,
  found: readonly ConfigLabel[],
  text: string,
): Promise<number> {
  const project = await ports.database.projects.get(projectId);
  if (!project) throw new AppError('project-missing');
  const labels = [...project.labels];
  for (const { name, color, hotkey, classNumber } of found) {
    const at = labels.findIndex((label) => sameName(label.name, name));
    const label = at < 0 ? makeLabel(asId<'label'>(ports.makeId()), name, labels) : labels[at]!;
    const next = {
      ...label,
      color: color ?? label.color,
      hotkey: hotkey ?? label.hotkey,
      classNumber: classNumber ?? label.classNumber,
    };
    if (at < 0) labels.push(next);
    else labels[at] = next;
  }
  await keep(ports, { ...project, labelingConfig: text }, labels);
  return labels.length - project.labels.length;
}

const keep = ({ database, clock }: JobPorts, project: Project, labels: readonly Label[]): Promise<void> =>
  database.projects.put({ ...project, labels, updatedAt: clock.now() });
