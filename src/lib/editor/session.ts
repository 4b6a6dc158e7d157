import type { RegionId } from '$lib/domain/ids';
import type { ResolveLabel } from '$lib/domain/label-resolution';
import { Camera } from './camera';
import { Clipboard } from './clipboard';
import { EditorDocument, type DocumentInput } from './document';
import { boundsOf } from './move-together';
import { Picker } from './picker';
import { RegionEdits } from './region-edits';
import { Selection } from './selection';
import { Suggestions } from './suggestions';
import { ToolRunner } from './tool-runner';

export interface SessionInput extends DocumentInput {
  readonly newRegionId: () => RegionId;
  /** The shared clipboard of copied regions. */
  readonly clipboard?: Clipboard;
}

/**
 * One open picture without any screen: the parts of the editor, and the operations that involve several of them. What
 * a person does passes the document's write barrier, see [Note: Write barrier]; camera, hidden and hovered regions do
 * not.
 */
export class EditorSession {
  readonly document: EditorDocument;
  readonly selection: Selection;
  readonly suggestions: Suggestions;
  readonly camera: Camera;
  readonly picker: Picker;
  readonly tools: ToolRunner;
  readonly edits: RegionEdits;

  constructor(input: SessionInput) {
    const { newRegionId, clipboard = new Clipboard() } = input;
    const document = new EditorDocument(input, {
      cancelGesture: () => this.tools.cancelGesture(),
      beforeCommit: () => this.suggestions.forgetUndone(),
      beforeReceive: (change) => this.tools.holdGone(change),
      regionsChanged: () => this.selection.forgetGone(),
    });
    const camera = new Camera(input.imageSize, () => document.notifyNow());
    const selection = new Selection(document);
    const suggestions = new Suggestions(document, newRegionId, (regions) => this.edits.add(regions));
    const picker = new Picker(document, selection, camera, () => this.tools);
    const tools = new ToolRunner({ document, selection, suggestions, picker, camera, newRegionId });
    this.document = document;
    this.selection = selection;
    this.suggestions = suggestions;
    this.camera = camera;
    this.picker = picker;
    this.tools = tools;
    this.edits = new RegionEdits({ document, selection, tools, camera, clipboard, newRegionId });
  }

  /** Calls `listener` after every change of any part, see [Note: Write barrier]. Returns an unsubscribe function. */
  get subscribe(): EditorDocument['subscribe'] {
    return this.document.subscribe;
  }

  get canUndo(): boolean {
    return this.document.lastStep !== undefined || this.suggestions.canUndo;
  }
  get canRedo(): boolean {
    return this.document.history.undone.length > 0 || this.suggestions.canRedo;
  }

  /** Undoes the last step; during a gesture it cancels the gesture instead. */
  undo(): void {
    this.document.edit(() => {
      if (this.tools.isInGesture) this.escape();
      else
        this.document.command(() =>
          this.suggestions.canUndo ? this.suggestions.undo() : this.document.undo(),
        );
    });
  }

  redo(): void {
    this.document.command(() => (this.suggestions.canRedo ? this.suggestions.redo() : this.document.redo()));
  }

  /** Cancels the current gesture, or clears the selection if there is none. */
  escape(): void {
    this.document.choose(() => {
      if (this.tools.isInGesture) this.tools.cancelGesture();
      else this.selection.set([]);
    });
  }

  /** Sets how label ids resolve, for regions and for the armed label. */
  setLabels(resolve: ResolveLabel): void {
    this.document.setLabels(resolve);
    this.tools.armNow(resolve(this.tools.armedLabel));
    this.document.notify();
  }

  /** Zooms to the selected regions, or to all regions if none is selected. */
  zoomToSelection(): void {
    this.document.choose(() => {
      const { store, regions } = this.document;
      const { ids } = this.selection;
      const shown = store.withIds(ids.size > 0 ? ids : regions.keys());
      if (shown.length > 0) this.camera.zoomTo(boundsOf(shown));
    });
  }
}
