import { applyToAnnotation, rebaseAnnotation, type AnnotationChange } from '$lib/domain/change';
import { AppError } from '$lib/domain/errors';
import { record, type Step } from '$lib/domain/history';
import { asId } from '$lib/domain/ids';
import type { Task } from '$lib/domain/task';
import type { Clipboard } from '$lib/editor/clipboard';
import { EditorSession } from '$lib/editor/session';
import type { OpenTask } from '$lib/services/annotating/annotations';
import type { ReplacedPicture } from '$lib/services/annotating/replaced-pictures';
import type { Services } from '$lib/services/services';
import type { OpenPicture } from '$lib/services/ports/pictures';
import { createSubscriber } from 'svelte/reactivity';

/** The parts of a session that the screen shows. */
const viewOf = (session: EditorSession) => ({
  regions: session.document.regions,
  choices: session.document.choices,
  failure: session.document.failure,
  isReadOnly: session.document.isReadOnly,
  selection: session.selection.ids,
  hidden: session.selection.hidden,
  hover: session.selection.hover,
  suggestions: session.suggestions.open,
  suggestionInFocus: session.suggestions.focused,
  rejectedCount: session.suggestions.rejectedCount,
  tool: session.tools.current,
  armedLabel: session.tools.armedLabel,
  isPressed: session.tools.isPressed,
  canUndo: session.canUndo,
  canRedo: session.canRedo,
  view: session.camera.view,
});

export type SessionView = Readonly<ReturnType<typeof viewOf>>;

/** An open task with the editor over its picture. */
export class OpenedTask {
  readonly #follow: () => void;
  readonly #followSaving: () => void;
  readonly #services: Services;
  #opened = $state.raw<OpenTask | null>(null);
  readonly picture: OpenPicture;
  /**
   * Set if the picture's file was replaced after the regions were made. They are read-only until the person decides.
   */
  readonly replaced: ReplacedPicture | null;
  readonly session: EditorSession;
  /** False if another tab edits the task. */
  isOurs = $state(true);
  #view: SessionView | null = null;

  constructor(opened: OpenTask, picture: OpenPicture, services: Services, clipboard: Clipboard) {
    this.#services = services;
    this.#opened = opened;
    this.picture = picture;
    this.replaced = services.replacedPictures.of(opened, picture);
    this.session = new EditorSession({
      regions: opened.regions,
      choices: opened.choices,
      history: opened.history,
      clipboard,
      imageSize: picture.size,
      newRegionId: () => asId<'region'>(services.makeId()),
      write: (change, step) => this.#write(change, step),
    });
    this.#follow = createSubscriber((changed) => this.session.subscribe(changed));
    this.#followSaving = createSubscriber((changed) => this.session.document.subscribeSaving(changed));
  }

  /** The task as it was last read from the database. */
  get opened(): OpenTask {
    return this.#opened!;
  }

  /**
   * Applies what other tabs and bulk actions have made of the task while it is edited here. `task` is its current
   * row; without it, the task is always read. Edits wait in the meantime, and none is lost.
   */
  async catchUp(task?: Task): Promise<void> {
    await this.session.document.settled();
    const { annotations } = this.#services;
    if (task && !(await annotations.isChangedElsewhere(this.opened, task))) return;
    await this.session.document.settled();
    if (this.session.document.failure !== null || this.opened.journal.isClosed) return;
    const reading = annotations.open(this.opened.task.id).then((next) => {
      this.#replace(next);
      this.session.document.receiveAll(next, { from: 'journal', history: next.history });
    });
    // A failed read is reported by the next write.
    this.session.document.hold(reading.catch(() => undefined));
    await reading;
  }

  /** Replaces what was read, except for the task's row, which the page follows by itself. */
  #replace(next: OpenTask): void {
    this.#opened = { ...next, task: this.opened.task };
  }

  /** Writes a change. If a bulk action has rewritten the task meanwhile, the change is rebased onto that. */
  async #write(change: AnnotationChange, step: Step): Promise<void> {
    try {
      await this.opened.journal.append(change, this.picture.size, step);
    } catch (error) {
      const isRewritten = error instanceof AppError && error.code === 'edited-elsewhere';
      if (!isRewritten || this.session.document.isReadOnly || this.opened.journal.isClosed) throw error;
      const next = await this.#services.annotations.open(this.opened.task.id);
      const again = rebaseAnnotation(change, next, this.picture.size);
      await next.journal.append(again, this.picture.size);
      this.#replace(next);
      const history = record(next.history, again);
      this.session.document.receiveAll(applyToAnnotation(next, again), { from: 'journal', history });
    }
  }

  /** True until everything is on disk. The rest of the screen may learn of a write later. */
  get isSaving(): boolean {
    this.#followSaving();
    return this.session.document.isSaving;
  }

  /** The current view of the session. It is the same object until one of its parts changes. */
  get now(): SessionView {
    this.#follow();
    const last = this.#view;
    const now = viewOf(this.session);
    if (last !== null && isSameView(now, last)) return last;
    this.#view = now;
    return now;
  }
}

function isSameView(now: SessionView, last: SessionView): boolean {
  const parts = Object.keys(now) as (keyof SessionView)[];
  return parts.every((part) => now[part] === last[part]);
}
