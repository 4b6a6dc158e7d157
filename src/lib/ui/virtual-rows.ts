/** Which rows of a long list are on the screen, all rows being equally high. */
export interface RowWindow {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

/** Rows drawn beyond both edges, so that a quick scroll meets no gap. */
const OVERSCAN = 6;

/** Heights and offsets in CSS pixels. */
export function rowWindow(
  scrollTop: number,
  viewHeight: number,
  rowHeight: number,
  count: number,
): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN);
  const end = Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + OVERSCAN);
  return { first: Math.min(first, count), end: Math.max(end, 0) };
}
