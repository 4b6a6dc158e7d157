import { byId } from '$lib/domain/change';
import type { LabelId, RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import type { RotateHandle } from './hit-test';
import type { EditorSession } from './session';
import type { Sketch } from './tools/tool';

/** Regions by the colour they are drawn in, `#rrggbb`. */
export type ByColor = ReadonlyMap<string, readonly Region[]>;

/** Regions of the resting layer that share a look. The layer is redrawn seldom, in the order of the list. */
export interface RestingLayer {
  /** `firm` is the person's work, `suggested` a model's suggestions, `next` the suggestion that is decided next. */
  readonly look: 'firm' | 'suggested' | 'next';
  readonly regions: ByColor;
}

/** The regions of the overlay, which is redrawn with every move: usually only a few. */
export interface ActiveScene {
  /** Regions that are selected, hovered or part of the current gesture. */
  readonly marked: ByColor;
  /** Marked regions that show handles. */
  readonly withHandles: ByColor;
  readonly rotateHandle: RotateHandle | null;
  readonly sketch: Sketch | null;
}

export type ColorOf = (labelId: LabelId | null) => string;

/** All regions except those that the overlay draws. */
export function restingScene(session: EditorSession, colorOf: ColorOf): readonly RestingLayer[] {
  const underWay = new Set(session.tools.preview.map((region) => region.id));
  const { ids: selected, hidden } = session.selection;
  const still = [...session.document.regions.values()].filter(
    ({ id }) => !selected.has(id) && !underWay.has(id) && !hidden.has(id),
  );
  const next = session.suggestions.focused;
  const suggested = session.suggestions.open.filter((region) => region !== next);
  return [
    { look: 'firm', regions: byColor(still, colorOf) },
    { look: 'suggested', regions: byColor(suggested, colorOf) },
    { look: 'next', regions: byColor(next === null ? [] : [next], colorOf) },
  ];
}

export function activeScene(session: EditorSession, colorOf: ColorOf): ActiveScene {
  const underWay = byId(session.tools.preview);
  const asShown = (region: Region) => underWay.get(region.id) ?? region;
  const { regions } = session.document;
  const { ids, hidden, hover } = session.selection;
  const seen = (id: RegionId) => (hidden.has(id) ? [] : (regions.get(id) ?? []));
  const hovered = hover === null ? [] : seen(hover);
  const selected = [...ids].flatMap(seen);
  const marked = byId([...[hovered].flat(), ...selected, ...underWay.values()].map(asShown));
  return {
    marked: byColor(marked.values(), colorOf),
    withHandles: byColor(session.picker.regionsWithHandles.map(asShown), colorOf),
    rotateHandle: session.picker.rotateHandle,
    sketch: session.tools.sketch,
  };
}

function byColor(regions: Iterable<Region>, colorOf: ColorOf): ByColor {
  const found = new Map<string, Region[]>();
  for (const region of regions) {
    const color = colorOf(region.labelId);
    const same = found.get(color);
    if (same) same.push(region);
    else found.set(color, [region]);
  }
  return found;
}
