import { byId } from '$lib/domain/change';
import { clamp } from '$lib/domain/geometry';
import type { LabelId, RegionId } from '$lib/domain/ids';
import { operationsOf, type Region } from '$lib/domain/region';
import { MIN_BOX_SIDE } from '$lib/domain/regions/resize-box';
import type { Camera } from './camera';
import { copiesOf, type Clipboard } from './clipboard';
import type { EditorDocument } from './document';
import { moveTogether } from './move-together';
import type { Selection } from './selection';
import type { ToolRunner } from './tool-runner';
import { screenToImageWay } from './viewport';

/** The parts of the editor that commands work on. */
interface Parts {
  readonly document: EditorDocument;
  readonly selection: Selection;
  readonly tools: ToolRunner;
  readonly camera: Camera;
  readonly clipboard: Clipboard;
  readonly newRegionId: () => RegionId;
}

/** What a key, a menu or a list does to regions: each call is one step that can be undone. */
export class RegionEdits {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Arms a label for the region being drawn and the next ones; between gestures, gives it to what is selected. Who
   * does not keep labels armed draws first: then a label for a selected region is for that one alone.
   */
  chooseLabel(labelId: LabelId): void {
    const { document, selection, tools } = this.#parts;
    document.choose(() => {
      const isForSelected = !tools.isInGesture && selection.ids.size > 0;
      if (tools.options.keepsArmed || !isForSelected) tools.armNow(labelId);
    });
    document.edit(() => {
      if (!tools.isInGesture) this.#change((regions) => regions.map((region) => ({ ...region, labelId })));
    });
  }

  /**
   * Makes other regions of these, in one step, whatever is selected, hidden or locked; null deletes. What would
   * lie outside the picture becomes the nearest that does not.
   */
  change(ids: Iterable<RegionId>, next: (region: Region) => Region | null): void {
    const { document } = this.#parts;
    document.command(() => document.replace(document.store.those(ids), next));
  }

  deleteSelected(): void {
    this.#change(() => []);
  }

  /** Locks what is selected; once all of it is locked, unlocks it. */
  toggleLocked(): void {
    const { document } = this.#parts;
    document.command(() => {
      const selected = this.#selected;
      const isLocked = !selected.every((region) => region.isLocked);
      document.replace(selected, (region) => ({ ...region, isLocked }));
    });
  }

  /** In image pixels, as the view shows directions; stopped, all together, at the picture's edges. */
  nudge(dx: number, dy: number): void {
    const { camera, document } = this.#parts;
    const way = screenToImageWay(camera.view, dx, dy);
    this.#change((regions) => moveTogether(regions, ...way, document.imageSize));
  }

  /** Moves the right and lower edge, in image pixels. */
  grow(dx: number, dy: number): void {
    const { imageSize } = this.#parts.document;
    this.#change((regions) => regions.map((region) => operationsOf(region).grow(region, dx, dy, imageSize)));
  }

  /** Rotates each selected region about its own centre, clockwise. */
  rotate(degrees: number): void {
    const { imageSize } = this.#parts.document;
    this.#change((regions) =>
      regions.map((region) => {
        const { angle, rotate } = operationsOf(region);
        return rotate ? rotate(region, angle(region) + degrees, imageSize) : region;
      }),
    );
  }

  /** A box without a pointer: the middle third of what is seen of the picture. */
  addBox(): void {
    const { camera, document, newRegionId, tools } = this.#parts;
    document.command(() => {
      const { seen } = camera;
      const width = Math.max(MIN_BOX_SIDE, seen.width / 3);
      const height = Math.max(MIN_BOX_SIDE, seen.height / 3);
      const x = clamp(seen.x + (seen.width - width) / 2, 0, document.imageSize.width - width);
      const y = clamp(seen.y + (seen.height - height) / 2, 0, document.imageSize.height - height);
      this.add([tools.newRegion(newRegionId(), { kind: 'box', x, y, width, height, rotation: 0 })]);
      tools.drew();
    });
  }

  /** The selected regions, for `paste` in this picture or in another one. */
  copy(): void {
    const { clipboard, document, selection } = this.#parts;
    document.choose(() => {
      if (selection.ids.size > 0) clipboard.regions = this.#selected;
    });
  }

  cut(): void {
    this.copy();
    this.deleteSelected();
  }

  /** What was copied, or what is given: the regions of the picture before, for example. */
  paste(regions?: readonly Region[]): void {
    this.#parts.document.command(() => this.#addCopies(regions ?? this.#parts.clipboard.regions));
  }

  duplicate(): void {
    this.#parts.document.command(() => this.#addCopies(this.#selected));
  }

  /** Reset: everything as given, in one step that can be undone. */
  replaceAll(regions: ReadonlyMap<RegionId, Region>): void {
    const { document } = this.#parts;
    document.command(() => document.commitDifference(document.regions.values(), regions.values()));
  }

  /** Commits new regions and selects them, in the middle of a step. */
  add(regions: readonly Region[]): void {
    if (regions.length === 0) return;
    this.#parts.document.commit({ before: new Map(), after: byId(regions) });
    this.#parts.selection.set(regions.map(({ id }) => id));
  }

  get #selected(): readonly Region[] {
    return this.#parts.document.store.those(this.#parts.selection.ids);
  }

  /** Makes other regions of the selected ones, in one change. What is locked stays as it is. */
  #change(next: (regions: readonly Region[]) => readonly Region[]): void {
    const { document } = this.#parts;
    document.command(() => {
      const before = this.#selected.filter(({ isLocked }) => !isLocked);
      if (before.length > 0) document.commitDifference(before, next(before));
    });
  }

  #addCopies(regions: readonly Region[]): void {
    const { camera, document, newRegionId } = this.#parts;
    const { regions: existing, imageSize } = document;
    this.add(copiesOf(regions, existing.values(), newRegionId, imageSize, camera.view.scale));
  }
}
