import type { BoxColumns } from './columns';

/** Area of the intersection of box `a` of one and box `b` of another, in square pixels. */
export function intersection(one: BoxColumns, a: number, other: BoxColumns, b: number): number {
  const left = Math.max(one.x[a]!, other.x[b]!);
  const top = Math.max(one.y[a]!, other.y[b]!);
  const width = Math.min(one.x[a]! + one.width[a]!, other.x[b]! + other.width[b]!) - left;
  if (width <= 0) return 0;
  const height = Math.min(one.y[a]! + one.height[a]!, other.y[b]! + other.height[b]!) - top;
  return height <= 0 ? 0 : width * height;
}

/** Intersection over union, 0..1; for a crowd, intersection over the area of the predicted box alone. */
export function iou(
  found: BoxColumns,
  at: number,
  truth: BoxColumns,
  target: number,
  isCrowd: boolean,
): number {
  const both = intersection(found, at, truth, target);
  if (both === 0) return 0;
  const own = found.width[at]! * found.height[at]!;
  return both / (isCrowd ? own : own + truth.width[target]! * truth.height[target]! - both);
}
