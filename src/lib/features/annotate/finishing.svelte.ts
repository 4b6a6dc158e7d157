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

/** A press that was meant for the picture before must not end the work on a new one, in milliseconds. */
const FRESH_MS = 400;
/** A Submit can be taken back for this long, in milliseconds. */
const TAKE_BACK_MS = 60_000;
/** There is one notice of it at a time. */
const NOTICE_KEY = 'submitted';

/** The next open task, null when all are done; undefined: the page stays as it is, and the person knows why. */
export type Next = Task | null | undefined;

/**
 * [Note: Finishing]
 * Submit, Submit Empty and Skip end the work on a picture, and the next one comes by itself. A double click or a
 * key pressed twice must not end the work on that one as well. So a press counts only when the picture has been
 * on the screen for a while or was changed, when nothing is being written, and once a picture; any other press
 * does nothing, and is no error. While a submit is being written the editor is held, and afterwards this picture takes no more work.
 */
export class Finishing {
  readonly #services: Services;
  readonly #page: AnnotateState;
  readonly #openAgain: (task: Task) => unknown;
  #isFresh = $state(true);
  /** Counts the pictures that were shown. */
  #shown = 0;
  /** The regions as they were when the picture was shown: whoever has changed them since has seen it. */
  #shownRegions = $state.raw<ReadonlyMap<RegionId, Region> | undefined>();
  #isWriting = $state(false);
  #finished = $state.raw<OpenTask | null>(null);
  /** The picture on which Submit was pressed although it has no region. */
  #vain = $state.raw<OpenedTask | null>(null);
  /** What can be taken back, newest last. */
  #submissions: readonly Submission[] = [];

  /** `openAgain`: shows a task whose Submit was taken back, also when the page was left since. */
  constructor(services: Services, page: AnnotateState, openAgain: (task: Task) => unknown) {
    this.#services = services;
    this.#page = page;
    this.#openAgain = openAgain;
  }

  readonly #opened = $derived.by(() => this.#page.current?.opened ?? this.#page.broken?.opened ?? null);
  get isWriting(): boolean {
    return this.#isWriting;
  }
  /** No press counts for the moment. */
  readonly isBusy = $derived.by(() => this.#isBusyWith(this.#page.current?.now.regions));
  readonly hasRegions = $derived.by(() => (this.#page.current?.now.regions.size ?? 0) > 0);
  /** Submit was pressed, and there is no region to submit. */
  readonly isVain = $derived.by(
    () => this.#vain !== null && this.#vain === this.#page.current && !this.hasRegions,
  );

  #isBusyWith(regions: ReadonlyMap<RegionId, Region> | undefined): boolean {
    const isFresh = this.#isFresh && regions === this.#shownRegions;
    return isFresh || this.#isWriting || (this.#opened !== null && this.#opened === this.#finished);
  }

  /** Another picture is on the screen, or the same one was read anew. */
  shown(): void {
    const shown = (this.#shown += 1);
    this.#shownRegions = this.#page.current?.session.document.regions;
    this.#isFresh = true;
    void afterPaint().then(() =>
      setTimeout(() => {
        if (this.#shown === shown) this.#isFresh = false;
      }, FRESH_MS),
    );
  }

  /** Needs a region: that there is nothing on a picture is said by `submitEmpty` alone. */
  submit(): Promise<Next> {
    return this.#submit(({ session }) => {
      if (session.document.regions.size === 0) this.#vain = this.#page.current;
      return session.document.regions.size > 0;
    });
  }

  submitEmpty(): Promise<Next> {
    return this.#submit(({ session }) => session.document.regions.size === 0);
  }

  /** `isMeant` is asked when everything that was done before the press is on disk. */
  async #submit(isMeant: (current: OpenedTask) => boolean): Promise<Next> {
    const { current } = this.#page;
    if (!current) return undefined;
    const { annotations, shell } = this.#services;
    const next = await this.#finish(current.opened, () =>
      isMeant(current)
        ? annotations.submit(current.opened, regionsOf(current), current.picture.size)
        : Promise.resolve(null),
    );
    if (next !== undefined) void shell.persist();
    return next;
  }

  /** Leaves the picture out; also one that cannot be shown. */
  async skip(): Promise<Next> {
    const opened = this.#opened;
    const { current } = this.#page;
    if (!opened) return undefined;
    const size = current?.picture.size ?? opened.annotation?.imageSize ?? null;
    return this.#finish(opened, () => {
      const regions = current ? regionsOf(current) : [...opened.regions.values()];
      return this.#services.annotations.skip(opened, regions, size);
    });
  }

  /** See [Note: Finishing]. `write` answers null where it wrote nothing. */
  async #finish(opened: OpenTask, write: () => Promise<Submission | null>): Promise<Next> {
    const session = this.#page.current?.session;
    // The screen hears of a change a little later than the session.
    if (this.#isBusyWith(session?.document.regions) || session?.document.isReadOnly) return undefined;
    let release: (() => void) | undefined;
    this.#isWriting = true;
    try {
      await session?.document.settled();
      // What the disk has refused is said on the picture, and is not submitted.
      if (session && session.document.failure !== null) return undefined;
      session?.document.hold(new Promise((done) => (release = done)));
      const submission = await write();
      if (submission === null) return undefined;
      this.#submissions = [...this.#submissions, submission];
      this.#finished = opened;
      this.#tell();
      const next = await this.#services.tasks.nextOpen(opened.task.projectId, opened.task.number);
      // Whoever has gone on to another picture meanwhile is not fetched back.
      return this.#page.wanted === opened.task.id ? next : undefined;
    } catch (error) {
      notices.showError(error);
      return undefined;
    } finally {
      this.#isWriting = false;
      if (this.#finished !== opened) release?.();
    }
  }

  /** Takes a Submit back and opens its picture again; a refusal is told. */
  async #undoSubmission(submission: Submission): Promise<void> {
    // The second press of a double click: the notice is there again.
    if (this.isBusy) {
      this.#tell();
      return;
    }
    this.#isWriting = true;
    try {
      await this.#page.current?.session.document.settled();
      await this.#services.annotations.undoSubmission(submission);
      this.#page.forgetAhead(submission.task.id);
      this.#forget(submission);
      this.shown();
      this.#tell();
      await this.#openAgain(submission.task);
    } catch (error) {
      // What failed for another reason can be tried again.
      if (error instanceof AppError && REFUSALS.has(error.code)) this.#forget(submission);
      this.#tell();
      // Last, because only the newest notice is shown in full.
      notices.showError(error);
    } finally {
      this.#isWriting = false;
    }
  }

  #forget(submission: Submission): void {
    this.#submissions = this.#submissions.filter((one) => one !== submission);
  }

  /** Says what was submitted last, for as long as it can be taken back. */
  #tell(): void {
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

/** Presses Undo in the notice of the last Submit, where there is one. */
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

const regionsOf = ({ session }: OpenedTask): readonly Region[] => [...session.document.regions.values()];
