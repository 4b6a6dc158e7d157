import { asId } from '$lib/domain/ids';
import type { Clipboard } from '$lib/editor/clipboard';
import { EditorSession } from '$lib/editor/session';
import type { OpenTask } from '$lib/services/annotations';
import type { ReplacedPicture } from '$lib/services/replaced-pictures';
import type { Services } from '$lib/services/services';
import type { OpenPicture } from '$lib/services/task-pictures';
import { createSubscriber } from 'svelte/reactivity';

/** What the screen shows of a session. */
const PARTS = [
  'regions',
  'selection',
  'hidden',
  'suggestions',
  'suggestionInFocus',
  'rejectedCount',
  'hover',
  'tool',
  'armedLabel',
  'canUndo',
  'canRedo',
  'failure',
  'isReadOnly',
  'isPressed',
  'view',
] as const satisfies readonly (keyof EditorSession)[];

export type SessionView = Readonly<Pick<EditorSession, (typeof PARTS)[number]>>;

/** One open task: the editor over its picture. */
export class OpenedTask {
  readonly #follow: () => void;
  readonly #followSaving: () => void;
  readonly opened: OpenTask;
  readonly picture: OpenPicture;
  /** The picture is another one than the boxes were made on: until a person has decided, they are only shown. */
  readonly replaced: ReplacedPicture | null;
  readonly session: EditorSession;
  /** False: another tab edits the task. */
  isOurs = $state(true);
  #view: SessionView | null = null;

  constructor(opened: OpenTask, picture: OpenPicture, services: Services, clipboard: Clipboard) {
    this.opened = opened;
    this.picture = picture;
    this.replaced = services.replacedPictures.of(opened, picture);
    this.session = new EditorSession({
      regions: opened.regions,
      history: opened.history,
      clipboard,
      imageSize: picture.size,
      newRegionId: () => asId<'region'>(services.makeId()),
      write: (change, step) => opened.journal.append(change, picture.size, step),
    });
    this.#follow = createSubscriber((changed) => this.session.subscribe(changed));
    this.#followSaving = createSubscriber((changed) => this.session.watchSaving(changed));
  }

  /** Never false while anything is not on the disk yet; the rest of the screen may hear of it later. */
  get isSaving(): boolean {
    this.#followSaving();
    return this.session.isSaving;
  }

  /** The session as it is now: another value when one of its parts is another, the same while a hand only moves. */
  get now(): SessionView {
    this.#follow();
    const { session } = this;
    const last = this.#view;
    if (last !== null && PARTS.every((part) => session[part] === last[part])) return last;
    const now = Object.fromEntries(PARTS.map((part) => [part, session[part]])) as unknown as SessionView;
    this.#view = now;
    return now;
  }
}
