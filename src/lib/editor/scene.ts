import type { LabelId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import type { EditorSession } from './session';

/** One region as it is to be drawn. */
export interface SceneRegion {
  readonly region: Region;
  /** `#rrggbb` */
  readonly color: string;
}

/** What lies still, by colour: drawn seldom, thousands at once. */
export type RestingScene = ReadonlyMap<string, readonly Region[]>;

/** What is under the hand: drawn with every move, few. */
export interface ActiveScene {
  readonly selected: readonly SceneRegion[];
  readonly hovered: SceneRegion | null;
  readonly withHandles: boolean;
}

export type ColorOf = (labelId: LabelId | null) => string;

/** All regions but those that the overlay draws. */
export function restingScene(session: EditorSession, colorOf: ColorOf): RestingScene {
  const moving = new Set(session.preview.map((region) => region.id));
  const byColor = new Map<string, Region[]>();
  for (const region of session.regions.values()) {
    if (session.selection.has(region.id) || moving.has(region.id)) continue;
    const color = colorOf(region.labelId);
    const same = byColor.get(color);
    if (same) same.push(region);
    else byColor.set(color, [region]);
  }
  return byColor;
}

export function activeScene(session: EditorSession, colorOf: ColorOf): ActiveScene {
  const styled = (region: Region): SceneRegion => ({ region, color: colorOf(region.labelId) });
  const previewed = new Map(session.preview.map((region) => [region.id, region]));
  const still = [...session.selection].flatMap((id) =>
    previewed.has(id) ? [] : (session.regions.get(id) ?? []),
  );
  const hovered =
    session.hover === null || session.selection.has(session.hover)
      ? undefined
      : session.regions.get(session.hover);
  return {
    selected: [...still, ...previewed.values()].map(styled),
    hovered: hovered ? styled(hovered) : null,
    withHandles: session.tool === 'select' && !session.isReadOnly,
  };
}
