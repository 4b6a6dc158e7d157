import type { Choices } from '$lib/domain/change';
import { AppError } from '$lib/domain/errors';
import type { RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import type { Task } from '$lib/domain/task';
import type { OpenTask } from '$lib/services/annotating/annotations';
import type { Services } from '$lib/services/services';
import type { Submission } from '$lib/services/annotating/undo-submission';
import { afterPaint } from '$lib/ui/after-paint';
import { i18n } from '$lib/ui/i18n/i18n.svelte';
import { notices } from '$lib/ui/notices.svelte';
import type { AnnotateState } from './annotate.svelte';
import type { OpenedTask } from './opened-task.svelte';

/**
 * For this long after a picture appeared, presses are ignored because they were meant for the one before, in
 * milliseconds.
 */
const FRESH_MS = 400;
/** Time in which a Submit can be undone, in milliseconds. */
const TAKE_BACK_MS = 60_000;
/** One shared key, so that there is only one such notice at a time. */
const NOTICE_KEY = 'submitted';

/**
 * The next open task, or null if all are done. Undefined means that the page stays, and the person has been told why.
 */
export type Next = Task | null | undefined;

/**
 * [Note: Finishing]
 * Submit, Submit Empty and Skip finish a picture, and the next one opens by itself. A double click or a key pressed
 * twice must not finish that one as well. So a press counts only if the picture has been on screen for FRESH_MS or was
 * changed, if nothing is being written, and only once per picture. Other presses are ignored without an error. Edits
 * wait while a submit is being written, and stay on hold afterwards.
 */
export class Finishing {
  readonly #services: Services;
  readonly #page: AnnotateState;
  readonly #openAgain: (task: Task) => unknown;
  #isFresh = $state(true);
  /** Number of pictures shown so far. */
  #shown = 0;
  /** The regions when the picture was shown. If they have changed, the person has seen the picture. */
  #shownRegions = $state.raw<ReadonlyMap<RegionId, Region> | undefined>();
  #isWriting = $state(false);
  #finished = $state.raw<OpenTask | null>(null);
  /** The picture without regions on which Submit was pressed. */
  #emptySubmit = $state.raw<OpenedTask | null>(null);
  /** Submissions that can be undone, newest last. */
  #submissions: readonly Submission[] = [];

  /** `openAgain` shows a task whose Submit was undone, even if the page was left. */
  constructor(services: Services, page: AnnotateState, openAgain: (task: Task) => unknown) {
    this.#services = services;
    this.#page = page;
    this.#openAgain = openAgain;
  }

  readonly #opened = $derived.by(() => this.#page.current?.opened ?? this.#page.broken?.opened ?? null);
  get isWriting(): boolean {
    return this.#isWriting;
  }
  /** True while presses are ignored. */
  readonly isBusy = $derived.by(() => this.#isBusyWith(this.#page.current?.now.regions));
  readonly hasRegions = $derived.by(() => (this.#page.current?.now.regions.size ?? 0) > 0);
  /** True if Submit was pressed without any region. */
  readonly isEmptySubmit = $derived.by(
    () => this.#emptySubmit !== null && this.#emptySubmit === this.#page.current && !this.hasRegions,
  );

  #isBusyWith(regions: ReadonlyMap<RegionId, Region> | undefined): boolean {
    const isFresh = this.#isFresh && regions === this.#shownRegions;
    return isFresh || this.#isWriting || (this.#opened !== null && this.#opened === this.#finished);
  }

  /** Called when another picture is on screen, or the same one was read again. */
  pictureShown(): void {
    const shown = (this.#shown += 1);
    this.#shownRegions = this.#page.current?.session.document.regions;
    this.#isFresh = true;
    void afterPaint().then(() =>
      setTimeout(() => {
        if (this.#shown === shown) this.#isFresh = false;
      }, FRESH_MS),
    );
  }

  /** Submits the regions. An empty picture needs `submitEmpty`. */
  submit(): Promise<Next> {
    return this.#submit(({ session }) => {
      if (session.document.regions.size === 0) this.#emptySubmit = this.#page.current;
      return session.document.regions.size > 0;
    });
  }

  submitEmpty(): Promise<Next> {
    return this.#submit(({ session }) => session.document.regions.size === 0);
  }

  /** `isMeant` is asked after everything done before the press is on disk. */
  async #submit(isMeant: (current: OpenedTask) => boolean): Promise<Next> {
    const { current } = this.#page;
    if (!current) return undefined;
    const { annotations, shell } = this.#services;
    const next = await this.#finish(current.opened, () =>
      isMeant(current)
        ? annotations.submit(current.opened, regionsOf(current), current.picture.size, choicesOf(current))
        : Promise.resolve(null),
    );
    if (next !== undefined) void shell.persist();
    return next;
  }

  /** Skips the task, even if its picture cannot be shown. */
  async skip(): Promise<Next> {
    const opened = this.#opened;
    const { current } = this.#page;
    if (!opened) return undefined;
    const size = current?.picture.size ?? opened.annotation?.imageSize ?? null;
    return this.#finish(opened, () => {
      const regions = current ? regionsOf(current) : [...opened.regions.values()];
      return this.#services.annotations.skip(
        opened,
        regions,
        size,
        current ? choicesOf(current) : opened.choices,
      );
    });
  }

  /** See [Note: Finishing]. `write` resolves to null if it wrote nothing. */
  async #finish(opened: OpenTask, write: () => Promise<Submission | null>): Promise<Next> {
    const session = this.#page.current?.session;
    // The screen learns of a change slightly later than the session.
    if (this.#isBusyWith(session?.document.regions) || session?.document.isReadOnly) return undefined;
    let release: (() => void) | undefined;
    this.#isWriting = true;
    try {
      await session?.document.settled();
      // A failed write is reported on the picture, and nothing is submitted.
      if (session && session.document.failure !== null) return undefined;
      session?.document.hold(new Promise((done) => (release = done)));
      const submission = await write();
      if (submission === null) return undefined;
      this.#submissions = [...this.#submissions, submission];
      this.#finished = opened;
      this.#showNotice();
      const next = await this.#services.tasks.nextOpen(opened.task.projectId, opened.task.number);
      // If another picture was requested meanwhile, the page must not navigate.
      return this.#page.wanted === opened.task.id ? next : undefined;
    } catch (error) {
      notices.showError(error);
      return undefined;
    } finally {
      this.#isWriting = false;
      if (this.#finished !== opened) release?.();
    }
  }

  /** Undoes a Submit and opens its picture again. Shows a notice if that is refused. */
  async #undoSubmission(submission: Submission): Promise<void> {
    // This is the second press of a double click, so the notice is shown again.
    if (this.isBusy) {
      this.#showNotice();
      return;
    }
    this.#isWriting = true;
    try {
      await this.#page.current?.session.document.settled();
      await this.#services.annotations.undoSubmission(submission);
      this.#page.dropPrefetched(submission.task.id);
      this.#forget(submission);
      this.pictureShown();
      this.#showNotice();
      await this.#openAgain(submission.task);
    } catch (error) {
      // After other failures the undo can be tried again.
      if (error instanceof AppError && REFUSALS.has(error.code)) this.#forget(submission);
      this.#showNotice();
      // The error is shown last, because only the newest notice is shown in full.
      notices.showError(error);
    } finally {
      this.#isWriting = false;
    }
  }

  #forget(submission: Submission): void {
    this.#submissions = this.#submissions.filter((one) => one !== submission);
  }

  /** Shows the last submission in a notice, for as long as it can be undone. */
  #showNotice(): void {
    this.#submissions = this.#submissions.filter((submission) => timeLeft(submission) > 0);
    const last = this.#submissions.at(-1);
    if (!last) return;
    notices.show({
      tone: 'success',
      key: NOTICE_KEY,
      text: i18n.t.finishing.done[kindOf(last)](last.task.number),
      durationMs: timeLeft(last),
      action: { label: i18n.t.annotate.undo, run: () => this.#undoSubmission(last) },
    });
  }
}

/** Runs Undo of the last submission's notice, if there is one. */
export async function undoLastSubmission(): Promise<void> {
  const notice = notices.list.find(({ key }) => key === NOTICE_KEY);
  if (notice) await notices.runAction(notice);
}

const REFUSALS: ReadonlySet<string> = new Set(['changed-since-submit', 'task-missing']);

const timeLeft = ({ written }: Submission): number => written.updatedAt + TAKE_BACK_MS - Date.now();

function kindOf({ written, before }: Submission): 'submitted' | 'empty' | 'updated' | 'skipped' {
  if (written.isSkipped) return 'skipped';
  if (written.regions.length === 0) return 'empty';
  return before.annotation === null ? 'submitted' : 'updated';
}

const choicesOf = ({ session }: OpenedTask): Choices => session.document.choices;
const regionsOf = ({ session }: OpenedTask): readonly Region[] => [...session.document.regions.values()];
