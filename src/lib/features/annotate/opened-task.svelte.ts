import { asId } from '$lib/domain/ids';
import type { Clipboard } from '$lib/editor/clipboard';
import { EditorSession } from '$lib/editor/session';
import type { OpenTask } from '$lib/services/annotations';
import type { Picture } from '$lib/services/ports/pictures';
import type { Services } from '$lib/services/services';
import { createSubscriber } from 'svelte/reactivity';

/** What the screen shows of a session. */
export type SessionView = Readonly<
  Pick<
    EditorSession,
    | 'regions'
    | 'selection'
    | 'hidden'
    | 'suggestions'
    | 'suggestionInFocus'
    | 'rejectedCount'
    | 'hover'
    | 'tool'
    | 'armedLabel'
    | 'canUndo'
    | 'canRedo'
    | 'failure'
    | 'isReadOnly'
    | 'view'
  >
>;

/** One open task: the editor over its picture. */
export class OpenedTask {
  readonly #follow: () => void;
  readonly #followSaving: () => void;
  readonly opened: OpenTask;
  readonly picture: Picture;
  readonly session: EditorSession;

  constructor(opened: OpenTask, picture: Picture, services: Services, clipboard: Clipboard) {
    this.opened = opened;
    this.picture = picture;
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

  /** The session as it is now; a new value after every change, so that what is shown follows it. */
  get now(): SessionView {
    this.#follow();
    const { session } = this;
    return {
      regions: session.regions,
      selection: session.selection,
      hidden: session.hidden,
      suggestions: session.suggestions,
      suggestionInFocus: session.suggestionInFocus,
      rejectedCount: session.rejectedCount,
      hover: session.hover,
      tool: session.tool,
      armedLabel: session.armedLabel,
      canUndo: session.canUndo,
      canRedo: session.canRedo,
      failure: session.failure,
      isReadOnly: session.isReadOnly,
      view: session.view,
    };
  }
}
