/** The visible rows of a virtual list whose rows are equally high. */
export interface RowWindow {
  readonly first: number;
  /** One past the last row. */
  readonly end: number;
}

/** Rows drawn beyond both edges, so that fast scrolling shows no gap. */
const OVERSCAN = 6;

/** Heights and offsets are in CSS pixels. */
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
