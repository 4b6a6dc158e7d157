import type { Candidates } from './candidates';

/**
 * Non-maximum suppression of turned boxes, class by class, by the probabilistic IoU that Ultralytics uses: 1 minus
 * the Hellinger distance of two normal distributions, each with a box's centre as its mean, and a twelfth of its
 * squared sides as variances along its axes (Llerena et al., "Gaussian Bounding Boxes and Probabilistic
 * Intersection-over-Union"). `order` lists candidates by descending score. Returns the indices of the candidates
 * that stay.
 */
export function suppressTurned(
  { boxes, angles, classes }: Candidates,
  order: Iterable<number>,
  iouThreshold: number,
  maxDetections: number,
): Int32Array {
  const kept: number[] = [];
  const gaussians: Gaussian[] = [];
  for (const candidate of order) {
    if (kept.length === maxDetections) break;
    const own = gaussianOf(boxes.subarray(candidate * 4, candidate * 4 + 4), angles![candidate]!);
    const isCovered = kept.some(
      (other, at) =>
        classes[other] === classes[candidate] && probabilisticIou(gaussians[at]!, own) > iouThreshold,
    );
    if (isCovered) continue;
    kept.push(candidate);
    gaussians.push(own);
  }
  return Int32Array.from(kept);
}

/** A two-dimensional normal distribution: its mean, and the three numbers of its covariance matrix. */
interface Gaussian {
  readonly x: number;
  readonly y: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

function gaussianOf([left = 0, top = 0, right = 0, bottom = 0]: Float32Array, angle: number): Gaussian {
  const [across, down] = [(right - left) ** 2 / 12, (bottom - top) ** 2 / 12];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return {
    x: (left + right) / 2,
    y: (top + bottom) / 2,
    a: across * cos ** 2 + down * sin ** 2,
    b: across * sin ** 2 + down * cos ** 2,
    c: (across - down) * cos * sin,
  };
}

/** Keeps divisions finite for boxes without area. */
const TINY = 1e-7;

/** The probabilistic IoU in 0..1; equal boxes have 1. */
function probabilisticIou(one: Gaussian, other: Gaussian): number {
  const [a, b, c] = [one.a + other.a, one.b + other.b, one.c + other.c];
  const [dx, dy] = [one.x - other.x, one.y - other.y];
  const determinant = a * b - c ** 2;
  const apart = (a * dy ** 2 + b * dx ** 2 - 2 * c * dx * dy) / (determinant + TINY) / 4;
  const own = Math.max(0, one.a * one.b - one.c ** 2) * Math.max(0, other.a * other.b - other.c ** 2);
  const alike = Math.log(determinant / (4 * Math.sqrt(own) + TINY) + TINY) / 2;
  const distance = Math.min(100, Math.max(TINY, apart + alike));
  return 1 - Math.sqrt(1 - Math.exp(-distance) + TINY);
}
