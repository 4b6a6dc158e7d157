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

/** Edits that keys, menus and lists make to regions. Each call is one undo step. */
export class RegionEdits {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Arms a label for the region being drawn and the next ones, and between gestures also assigns it to the selected
   * regions. If labels do not stay armed (`keepsArmed` is false), a label chosen for a selection is only assigned.
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
   * Replaces the given regions in one step, even if they are hidden or locked; `next` returns null to delete one. A
   * region that would lie outside the picture is moved inside.
   */
  change(ids: Iterable<RegionId>, next: (region: Region) => Region | null): void {
    const { document } = this.#parts;
    document.command(() => document.replace(document.store.withIds(ids), next));
  }

  deleteSelected(): void {
    this.#change(() => []);
  }

  /** Locks the selected regions, or unlocks them if all are locked. */
  toggleLocked(): void {
    const { document } = this.#parts;
    document.command(() => {
      const selected = this.#selected;
      const isLocked = !selected.every((region) => region.isLocked);
      document.replace(selected, (region) => ({ ...region, isLocked }));
    });
  }

  /**
   * Moves the selected regions by image pixels, in directions as seen on screen. The picture's edge stops all of
   * them.
   */
  nudge(dx: number, dy: number): void {
    const { camera, document } = this.#parts;
    const way = screenToImageWay(camera.view, dx, dy);
    this.#change((regions) => moveTogether(regions, ...way, document.imageSize));
  }

  /** Moves the right and lower edges of the selected regions, in image pixels. */
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

  /** Adds a box without a pointer, in the middle third of the visible part of the picture. */
  addBox(): void {
    const { camera, document, newRegionId, tools } = this.#parts;
    document.command(() => {
      const { visiblePart: visible } = camera;
      const width = Math.max(MIN_BOX_SIDE, visible.width / 3);
      const height = Math.max(MIN_BOX_SIDE, visible.height / 3);
      const x = clamp(visible.x + (visible.width - width) / 2, 0, document.imageSize.width - width);
      const y = clamp(visible.y + (visible.height - height) / 2, 0, document.imageSize.height - height);
      this.add([tools.newRegion(newRegionId(), { kind: 'box', x, y, width, height, rotation: 0 })]);
      tools.regionDrawn();
    });
  }

  /** Copies the selected regions, for `paste` in this picture or another one. */
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

  /** Pastes the given regions (for example those of the previous picture), or else the clipboard. */
  paste(regions?: readonly Region[]): void {
    this.#parts.document.command(() => this.#addCopies(regions ?? this.#parts.clipboard.regions));
  }

  duplicate(): void {
    this.#parts.document.command(() => this.#addCopies(this.#selected));
  }

  /** Replaces all regions in one undo step. */
  replaceAll(regions: ReadonlyMap<RegionId, Region>): void {
    const { document } = this.#parts;
    document.command(() => document.commitDifference(document.regions.values(), regions.values()));
  }

  /** Commits new regions and selects them, from inside a running step. */
  add(regions: readonly Region[]): void {
    if (regions.length === 0) return;
    this.#parts.document.commit({ before: new Map(), after: byId(regions) });
    this.#parts.selection.set(regions.map(({ id }) => id));
  }

  get #selected(): readonly Region[] {
    return this.#parts.document.store.withIds(this.#parts.selection.ids);
  }

  /** Replaces the selected regions in one change. Locked regions stay as they are. */
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
