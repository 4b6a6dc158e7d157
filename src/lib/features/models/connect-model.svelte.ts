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

/** Pictures to try a model on. */
const EXAMPLES = 20;
/** Settings are tried when nobody has changed them for this long. */
const SETTLE_MS = 250;

const isModelName = (name: string): boolean => /\.(onnx|pth|pt|ort|pkl|bin|ckpt)$/i.test(name);

/** Connecting a model, replacing its file or overruling its settings: one dialog, from file to Connected. */
export class ConnectModelState {
  readonly #services: Services;
  readonly #projectId: ProjectId;
  /** The model whose file is replaced, or whose settings are changed; null: a new one. */
  readonly #model: DetectorModel | null;
  readonly #isReplacing: boolean;
  #files: readonly File[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAgain = false;
  /** The reading of the file that was chosen last. */
  #read: Promise<Inspected> | null = null;
  /** Which settings the trial that is shown was run with. */
  #triedSettings = '';
  readonly #closed = new AbortController();

  /** What the trial found, by what its classes are called and labelled. */
  readonly classes: ModelClasses;
  inspected = $state.raw<Inspected | null>(null);
  fields = $state.raw<ModelFields | null>(null);
  tasks = $state.raw<readonly Task[]>([]);
  task = $state.raw<Task | null>(null);
  trial = $state.raw<Trial | null>(null);
  /** What is wrong with the file or its run, in words. */
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

  /** The names of weight files that have not been chosen yet. */
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

  /** Loads what the dialog shows beside the model; a file may have been chosen already. */
  async start(): Promise<void> {
    this.tasks = await this.#services.models.examples(this.#projectId, EXAMPLES);
    this.task = this.tasks[0] ?? null;
    this.#tryOut();
    if (this.#model === null || this.#isReplacing) return;
    const model = this.#model;
    await this.#reading(this.#services.models.reopen(model), (inspected) => {
      this.inspected = inspected;
      const { name, isInteractive, classNames, labelOfClass, settings, provider } = model;
      this.fields = { name, isInteractive, classNames, labelOfClass, settings, provider };
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#closed.abort(new DOMException('closed', 'AbortError'));
  }

  /** A model, its weight files, or both; weight files alone belong to the model that was chosen before. */
  async choose(chosen: readonly File[]): Promise<void> {
    if (chosen.length === 0) return;
    const isAddition = this.missing.length > 0 && !chosen.some(({ name }) => isModelName(name));
    this.#files = isAddition ? [...this.#files, ...chosen] : chosen;
    const file = this.#files.find(({ name }) => isModelName(name)) ?? this.#files[0]!;
    const beside = this.#files.filter((other) => other !== file);
    [this.inspected, this.trial] = [null, null];
    this.classes.isNaming = false;
    await this.#reading(this.#services.models.inspect(this.#projectId, { file, beside }), (inspected) => {
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
    this.#tryOut();
  }

  set(settings: Partial<DetectorSettings>): void {
    if (this.fields === null) return;
    this.#change({ settings: { ...this.fields.settings, ...settings } });
  }

  setProvider(provider: ModelFields['provider']): void {
    this.#change({ provider });
  }

  /** Back to what was recognised. */
  reset(): void {
    if (this.inspected !== null) this.#change({ settings: this.inspected.identified.settings });
  }

  /** Whether closing would lose what was chosen or changed. */
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
   * Keeps the model, after one picture went through it as it is set now: one that has gone through already counts, and
   * where only names and labels were changed none is needed. The answer: it is connected.
   */
  async save(): Promise<boolean> {
    if (!this.canSave) return false;
    this.isSaving = true;
    this.problem = null;
    try {
      clearTimeout(this.#timer);
      const ranOn = this.#isOnlyRenamed() ? this.#model!.ranOn : (await this.#tried()).ranOn;
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

  /** Whether a kept model's file and settings are what they were. */
  #isOnlyRenamed(): boolean {
    if (this.#model === null || this.#isReplacing || this.fields === null) return false;
    const { settings, provider } = this.fields;
    return (
      provider === this.#model.provider && JSON.stringify(settings) === JSON.stringify(this.#model.settings)
    );
  }

  /** The trial of the settings as they are; run where there is none. */
  async #tried(): Promise<Trial> {
    const isOfThese = this.trial !== null && this.#triedSettings === this.#settingsNow();
    return isOfThese ? this.trial! : this.#run();
  }

  readonly #settingsNow = (): string =>
    JSON.stringify([this.fields?.settings, this.fields?.provider, this.inspected?.files.file.name]);

  #change(changes: Partial<ModelFields>): void {
    if (this.fields === null) return;
    this.fields = { ...this.fields, ...changes };
    this.#tryOut();
  }

  /** A file that was chosen before the last one, and is read later, is thrown away. */
  async #reading(read: Promise<Inspected>, take: (inspected: Inspected) => void): Promise<void> {
    this.#read = read;
    this.isReading = true;
    this.problem = null;
    try {
      const inspected = await read;
      if (this.#read !== read) return;
      take(inspected);
      this.#tryOut(0);
    } catch (error) {
      if (this.#read === read) this.problem = error;
    } finally {
      if (this.#read === read) this.isReading = false;
    }
  }

  /** Soon, and once more when something changed meanwhile; a model that runs is not stopped for it. */
  #tryOut(settleMs = SETTLE_MS): void {
    clearTimeout(this.#timer);
    if (this.inspected === null || this.missing.length > 0 || this.task === null) return;
    this.#timer = setTimeout(() => {
      if (this.isRunning) this.#isAgain = true;
      else void this.#runShown();
    }, settleMs);
  }

  async #runShown(): Promise<void> {
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
    } while (this.#isAskedAgain());
  }

  /** The file did not tell how many classes there are: those without a name are listed by their numbers. */
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

  #isAskedAgain(): boolean {
    const isAgain = this.#isAgain;
    this.#isAgain = false;
    return isAgain;
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
