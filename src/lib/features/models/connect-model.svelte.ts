import { namesUpTo } from '$lib/domain/class-mapping';
import { AppError } from '$lib/domain/errors';
import type { ProjectId } from '$lib/domain/ids';
import type { DetectorModel, DetectorSettings } from '$lib/domain/model';
import { fileNameOf, type Task } from '$lib/domain/task';
import { architectureOf, type Inspected, type ModelFields, type Trial } from '$lib/services/models/models';
import type { Services } from '$lib/services/services';
import { errorText } from '$lib/ui/error-text';
import { i18n } from '$lib/ui/i18n/i18n.svelte';
import { ModelClasses } from './model-classes.svelte';

/** Number of pictures offered for trying a model. */
const EXAMPLES = 20;
/** Debounce of trial runs after a change of settings, in milliseconds. */
const TRIAL_DEBOUNCE_MS = 250;

const isModelName = (name: string): boolean => /\.(onnx|pth|pt|ort|pkl|bin|ckpt)$/i.test(name);

/** State of the dialog that connects a model, replaces its file or changes its settings. */
export class ConnectModelState {
  readonly #services: Services;
  readonly #projectId: ProjectId;
  /** The model to change; null for a new one. */
  readonly #model: DetectorModel | null;
  readonly #isReplacing: boolean;
  #files: readonly File[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #needsRerun = false;
  /** The inspection of the file that was chosen last. */
  #lastInspection: Promise<Inspected> | null = null;
  /** The settings that the displayed trial was run with. */
  #triedSettings = '';
  readonly #closed = new AbortController();

  /** Names and labels of the classes that the trial found. */
  readonly classes: ModelClasses;
  inspected = $state.raw<Inspected | null>(null);
  fields = $state.raw<ModelFields | null>(null);
  tasks = $state.raw<readonly Task[]>([]);
  task = $state.raw<Task | null>(null);
  trial = $state.raw<Trial | null>(null);
  /** Error of the file or of its trial run. */
  problem = $state.raw<unknown>(null);
  isReading = $state(false);
  isRunning = $state(false);
  isSaving = $state(false);
  name = $state('');
  isInteractive = $state(true);

  constructor(services: Services, projectId: ProjectId, model: DetectorModel | null, isReplacing: boolean) {
    this.#services = services;
    this.#projectId = projectId;
    this.#model = model;
    this.#isReplacing = isReplacing;
    this.classes = new ModelClasses(services, projectId, this);
    if (model !== null) {
      this.name = model.name;
      this.isInteractive = model.isInteractive;
    }
  }

  /** Names of external weight files that have not been chosen yet. */
  readonly missing = $derived.by(() => {
    const there = new Set(this.inspected?.files.beside.map(({ name }) => name));
    return (this.inspected?.identified.externalFiles ?? []).filter((path) => !there.has(fileNameOf(path)));
  });

  readonly canSave = $derived(
    this.inspected !== null && this.missing.length === 0 && this.task !== null && !this.isSaving,
  );

  readonly problemCode = $derived(this.problem instanceof AppError ? this.problem.code : null);

  readonly problemText = $derived.by(() => {
    const { problem } = this;
    if (problem === null) return null;
    return problem instanceof AppError
      ? errorText(i18n.language, problem.code, problem.about)
      : i18n.t.errors.unexpected;
  });

  /** Loads the example pictures, and the file of a known model. */
  async start(): Promise<void> {
    this.tasks = await this.#services.models.examples(this.#projectId, EXAMPLES);
    this.task = this.tasks[0] ?? null;
    this.#scheduleTrial();
    if (this.#model === null || this.#isReplacing) return;
    const model = this.#model;
    await this.#inspect(this.#services.models.reopen(model), (inspected) => {
      this.inspected = inspected;
      const { name, isInteractive, classNames, labelOfClass, settings, provider } = model;
      this.fields = { name, isInteractive, classNames, labelOfClass, settings, provider };
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#closed.abort(new DOMException('closed', 'AbortError'));
  }

  /** Takes a model file, external weight files, or both. Weight files alone are added to the model chosen before. */
  async choose(chosen: readonly File[]): Promise<void> {
    if (chosen.length === 0) return;
    const isAddition = this.missing.length > 0 && !chosen.some(({ name }) => isModelName(name));
    this.#files = isAddition ? [...this.#files, ...chosen] : chosen;
    const file = this.#files.find(({ name }) => isModelName(name)) ?? this.#files[0]!;
    const beside = this.#files.filter((other) => other !== file);
    [this.inspected, this.trial] = [null, null];
    this.classes.isNaming = false;
    await this.#inspect(this.#services.models.inspect(this.#projectId, { file, beside }), (inspected) => {
      if (this.name === '') this.name = file.name.replace(/\.\w+$/, '');
      this.fields = {
        name: this.name,
        isInteractive: this.isInteractive,
        classNames: inspected.classNames,
        labelOfClass: inspected.labelOfClass,
        settings: inspected.identified.settings,
        provider: this.#model?.provider ?? 'auto',
      };
      this.inspected = inspected;
    });
  }

  show(task: Task): void {
    this.task = task;
    this.trial = null;
    this.#scheduleTrial();
  }

  set(settings: Partial<DetectorSettings>): void {
    if (this.fields === null) return;
    this.#change({ settings: { ...this.fields.settings, ...settings } });
  }

  setProvider(provider: ModelFields['provider']): void {
    this.#change({ provider });
  }

  /** Resets the settings to what was recognised in the file. */
  reset(): void {
    if (this.inspected !== null) this.#change({ settings: this.inspected.identified.settings });
  }

  /** True if closing would lose what was chosen or changed. */
  isDirty(): boolean {
    const model = this.#model;
    if (this.inspected === null || this.fields === null) return false;
    if (model === null || this.#isReplacing) return true;
    const { classNames, labelOfClass, settings, provider } = this.fields;
    const parts = [this.name, this.isInteractive, classNames, labelOfClass, settings, provider];
    const kept = [
      model.name,
      model.isInteractive,
      model.classNames,
      model.labelOfClass,
      model.settings,
      model.provider,
    ];
    return JSON.stringify(parts) !== JSON.stringify(kept);
  }

  /**
   * Saves the model after a successful trial run with its present settings. A displayed trial counts, and if only
   * names and labels have changed, none is needed. Resolves to true if the model was saved.
   */
  async save(): Promise<boolean> {
    if (!this.canSave) return false;
    this.isSaving = true;
    this.problem = null;
    try {
      clearTimeout(this.#timer);
      const ranOn = this.#isOnlyRenamed() ? this.#model!.ranOn : (await this.#presentTrial()).ranOn;
      const inspected = this.inspected!;
      const fields = { ...this.fields!, name: this.name, isInteractive: this.isInteractive };
      if (this.#model === null)
        await this.#services.models.connect(this.#projectId, inspected, fields, ranOn);
      else if (this.#isReplacing) await this.#services.models.replace(this.#model, inspected, fields, ranOn);
      else
        await this.#services.models.change(this.#model.id, this.#model.version, {
          ...fields,
          architecture: architectureOf(inspected.identified, fields.settings),
          ranOn,
        });
      return true;
    } catch (error) {
      this.problem = error;
      return false;
    } finally {
      this.isSaving = false;
    }
  }

  /** True if a known model's file and settings are unchanged. */
  #isOnlyRenamed(): boolean {
    if (this.#model === null || this.#isReplacing || this.fields === null) return false;
    const { settings, provider } = this.fields;
    return (
      provider === this.#model.provider && JSON.stringify(settings) === JSON.stringify(this.#model.settings)
    );
  }

  /** The trial of the present settings, which is run if there is none. */
  async #presentTrial(): Promise<Trial> {
    const isOfThese = this.trial !== null && this.#triedSettings === this.#settingsNow();
    return isOfThese ? this.trial! : this.#run();
  }

  readonly #settingsNow = (): string =>
    JSON.stringify([this.fields?.settings, this.fields?.provider, this.inspected?.files.file.name]);

  #change(changes: Partial<ModelFields>): void {
    if (this.fields === null) return;
    this.fields = { ...this.fields, ...changes };
    this.#scheduleTrial();
  }

  /** Waits for an inspection. The result is dropped if another file was chosen meanwhile. */
  async #inspect(read: Promise<Inspected>, take: (inspected: Inspected) => void): Promise<void> {
    this.#lastInspection = read;
    this.isReading = true;
    this.problem = null;
    try {
      const inspected = await read;
      if (this.#lastInspection !== read) return;
      take(inspected);
      this.#scheduleTrial(0);
    } catch (error) {
      if (this.#lastInspection === read) this.problem = error;
    } finally {
      if (this.#lastInspection === read) this.isReading = false;
    }
  }

  /** Debounces trial runs. A running trial is not stopped; if something changed meanwhile, another one follows. */
  #scheduleTrial(debounceMs = TRIAL_DEBOUNCE_MS): void {
    clearTimeout(this.#timer);
    if (this.inspected === null || this.missing.length > 0 || this.task === null) return;
    this.#timer = setTimeout(() => {
      if (this.isRunning) this.#needsRerun = true;
      else void this.#runTrials();
    }, debounceMs);
  }

  async #runTrials(): Promise<void> {
    do {
      const { inspected } = this;
      try {
        const trial = await this.#run();
        if (this.inspected === inspected) this.problem = this.#nameClasses(trial);
      } catch (error) {
        if (this.#closed.signal.aborted) return;
        if (this.inspected !== inspected) continue;
        this.trial = null;
        this.problem = error;
      }
    } while (this.#takeRerun());
  }

  /** Names classes by their numbers if the file did not say how many classes there are. */
  #nameClasses({ classes }: Trial): AppError | null {
    const { fields } = this;
    if (fields === null || classes <= fields.classNames.length) return null;
    const isUnnamed = this.inspected?.identified.classNames === null && fields.classNames.length === 0;
    const classNames = namesUpTo(classes, fields.classNames);
    this.fields = {
      ...fields,
      classNames,
      labelOfClass: classNames.map((_, at) => fields.labelOfClass[at] ?? null),
    };
    if (isUnnamed) return null;
    const name = `${classes} > ${fields.classNames.length}`;
    return new AppError('model-failed', { reason: 'class-count', name });
  }

  #takeRerun(): boolean {
    const needsRerun = this.#needsRerun;
    this.#needsRerun = false;
    return needsRerun;
  }

  async #run(): Promise<Trial> {
    const { inspected, fields, task } = this;
    if (inspected === null || fields === null || task === null) throw new AppError('task-missing');
    this.isRunning = true;
    try {
      const { signal } = this.#closed;
      const settings = this.#settingsNow();
      const trial = await this.#services.models.tryOut(inspected, fields, task, { signal, isUrgent: true });
      if (this.task === task && this.inspected === inspected) {
        this.trial = trial;
        this.#triedSettings = settings;
        if (this.classes.unlabelled > 0) this.classes.isNaming = true;
      }
      return trial;
    } finally {
      this.isRunning = false;
    }
  }
}
