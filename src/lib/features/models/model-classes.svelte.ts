import { foundClasses, namesUpTo, proposeLabels, renamed } from '$lib/domain/class-mapping';
import type { LabelId, ProjectId } from '$lib/domain/ids';
import type { Label } from '$lib/domain/project';
import { WORKING_THRESHOLD } from '$lib/domain/suggest';
import type { Inspected, ModelFields, Trial } from '$lib/services/models/models';
import type { Services } from '$lib/services/services';

/** The model whose classes are named and labelled. */
interface TriedModel {
  readonly inspected: Inspected | null;
  readonly trial: Trial | null;
  fields: ModelFields | null;
}

/** Classes found in the trial picture, with their names and labels. Renaming does not run the model again. */
export class ModelClasses {
  readonly #services: Services;
  readonly #projectId: ProjectId;
  readonly #model: TriedModel;

  /** Smallest score at which boxes are shown, 0..1. */
  shownFrom = $state(WORKING_THRESHOLD);
  /** True once a class without a label was found. The list of found classes then stays visible. */
  isNaming = $state(false);

  constructor(services: Services, projectId: ProjectId, model: TriedModel) {
    this.#services = services;
    this.#projectId = projectId;
    this.#model = model;
  }

  /** All boxes of the trial, with the present names and labels of their classes. */
  readonly regions = $derived.by(() => {
    const { trial, fields } = this.#model;
    return trial !== null && fields !== null ? renamed(trial.regions, fields) : [];
  });
  readonly found = $derived(foundClasses(this.regions));
  /** Boxes above the threshold, sorted so that the highest scores are drawn on top. */
  readonly shown = $derived(
    this.regions.filter(({ score }) => score >= this.shownFrom).sort((a, b) => a.score - b.score),
  );
  readonly unlabelled = $derived(this.regions.filter(({ labelId }) => labelId === null).length);

  setLabel(classNumber: number, labelId: LabelId | null): void {
    this.#change(({ classNames, labelOfClass }) => ({
      labelOfClass: classNames.map((_, at) => (at === classNumber ? labelId : (labelOfClass[at] ?? null))),
    }));
  }

  /** Renames a class. An empty name changes nothing. */
  setName(classNumber: number, name: string): void {
    this.#change(({ classNames }) => ({
      classNames: classNames.map((old, at) => (at === classNumber ? name.trim() || old : old)),
    }));
  }

  /** Sets the names of all classes, and proposes labels with those names. */
  setNames(names: readonly string[], labels: readonly Label[]): void {
    const count = this.#model.inspected?.identified.classCount ?? null;
    this.#change((fields) => {
      const classNames = namesUpTo(count ?? fields.classNames.length, names);
      return { classNames, labelOfClass: proposeLabels(classNames, labels) };
    });
  }

  /** Assigns one label to all classes. */
  labelAll(labelId: LabelId): void {
    this.#change(({ classNames }) => ({ labelOfClass: classNames.map(() => labelId) }));
  }

  /** Creates a label of the project for each found class that has none. */
  async makeLabels(labels: readonly Label[]): Promise<void> {
    const { fields } = this.#model;
    if (fields === null) return;
    const without = this.found
      .map(({ classNumber }) => classNumber)
      .filter((classNumber) => (fields.labelOfClass[classNumber] ?? null) === null);
    const { projects } = this.#services;
    const names = without.map((classNumber) => fields.classNames[classNumber] ?? String(classNumber));
    const made = projects.newLabels(names, labels);
    await projects.update(this.#projectId, { labels: [...labels, ...made] });
    this.#change(({ classNames, labelOfClass }) => ({
      labelOfClass: classNames.map((_, at) => made[without.indexOf(at)]?.id ?? labelOfClass[at] ?? null),
    }));
  }

  #change(changes: (fields: ModelFields) => Partial<Pick<ModelFields, 'classNames' | 'labelOfClass'>>): void {
    const { fields } = this.#model;
    if (fields !== null) this.#model.fields = { ...fields, ...changes(fields) };
  }
}
