import { byId } from '$lib/domain/change';
import type { LabelId, RegionId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import type { TurnHandle } from './hit-test';
import type { EditorSession } from './session';
import type { Sketch } from './tools/tool';

/** Regions by the colour they are drawn in, `#rrggbb`. */
export type ByColor = ReadonlyMap<string, readonly Region[]>;

/** What lies still and looks alike; drawn seldom, in the order of the list. */
export interface RestingLayer {
  /** `suggested` by a model, `next` the one of them that is accepted or rejected next. */
  readonly look: 'firm' | 'suggested' | 'next';
  readonly regions: ByColor;
}

/** What is under the hand: drawn with every move, few as a rule. */
export interface ActiveScene {
  /** Selected, hovered, or under way. */
  readonly marked: ByColor;
  /** The marked ones whose edges can be taken. */
  readonly withHandles: ByColor;
  readonly turn: TurnHandle | null;
  readonly sketch: Sketch | null;
}

export type ColorOf = (labelId: LabelId | null) => string;

/** All regions but those that the overlay draws. */
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
    turn: session.picker.turnHandle,
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
