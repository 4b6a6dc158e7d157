/**
 * Average precision of one class as COCO defines it: what was found, by falling score, takes the free true box that it
 * overlaps best, if by `least` at least; precision never falls with recall; the mean over 101 places of recall.
 *
 * @param {readonly { truth: number[][], found: { score: number, box: number[] }[] }[]} pictures Boxes by their corners.
 * @param {number} least Intersection over union.
 */
export function averagePrecision(pictures, least) {
  const total = pictures.reduce((sum, { truth }) => sum + truth.length, 0);
  const all = pictures
    .flatMap(({ found }, picture) => found.map((one) => ({ ...one, picture })))
    .sort((a, b) => b.score - a.score);
  const isTaken = pictures.map(({ truth }) => truth.map(() => false));
  let [right, wrong] = [0, 0];
  /** @type {{ recall: number, precision: number }[]} */
  const curve = [];
  for (const { box, picture } of all) {
    const taken = /** @type {boolean[]} */ (isTaken[picture]);
    let best = -1;
    let bestOverlap = least;
    for (const [at, truth] of (pictures[picture]?.truth ?? []).entries()) {
      const shared = overlap(box, truth);
      if (!taken[at] && shared >= bestOverlap) [best, bestOverlap] = [at, shared];
    }
    if (best < 0) wrong += 1;
    else {
      taken[best] = true;
      right += 1;
    }
    curve.push({ recall: right / total, precision: right / (right + wrong) });
  }
  let highest = 0;
  for (const point of curve.reverse()) point.precision = highest = Math.max(highest, point.precision);
  curve.reverse();
  let sum = 0;
  for (let place = 0; place <= 100; place += 1)
    sum += curve.find(({ recall }) => recall >= place / 100)?.precision ?? 0;
  return sum / 101;
}

/** Intersection over union of two boxes by their corners: left, top, right, bottom. */
function overlap(/** @type {number[]} */ one, /** @type {number[]} */ other) {
  const [left = 0, top = 0, right = 0, bottom = 0] = one;
  const [otherLeft = 0, otherTop = 0, otherRight = 0, otherBottom = 0] = other;
  const width = Math.max(0, Math.min(right, otherRight) - Math.max(left, otherLeft));
  const height = Math.max(0, Math.min(bottom, otherBottom) - Math.max(top, otherTop));
  const shared = width * height;
  const both = (right - left) * (bottom - top) + (otherRight - otherLeft) * (otherBottom - otherTop);
  return shared / (both - shared);
}
