export type ListView = 'list' | 'grid';

/** Heights in CSS pixels of a table row, a row on a narrow screen, and a card with its gap. */
const ROW_HEIGHT = 64;
const NARROW_ROW_HEIGHT = 84;
const CARD_HEIGHT = 176;
const CARD_WIDTH = 176;
/** Below this width in CSS pixels, rows are rendered as cards. */
const NARROW_PX = 720;

export const isNarrow = (width: number): boolean => width < NARROW_PX;

/** Number of tasks in one line of the list. */
export const perLine = (view: ListView, width: number): number =>
  view === 'list' ? 1 : Math.max(1, Math.floor(width / CARD_WIDTH));

export function rowHeight(view: ListView, width: number): number {
  if (view === 'grid') return CARD_HEIGHT;
  return isNarrow(width) ? NARROW_ROW_HEIGHT : ROW_HEIGHT;
}
