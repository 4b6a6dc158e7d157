/** Numbers from a seed, the same ones every time (mulberry32's mixing steps). */
export function makeRandom(/** @type {number} */ seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    between: (/** @type {number} */ low, /** @type {number} */ high) => low + (high - low) * next(),
  };
}

/** Smooth noise over the plane in -1..1, from a lattice of seeded values. */
export function makeNoise(/** @type {number} */ seed) {
  const { next } = makeRandom(seed);
  const lattice = Float32Array.from({ length: 65536 }, () => next() * 2 - 1);
  const at = (/** @type {number} */ x, /** @type {number} */ y) =>
    /** @type {number} */ (lattice[((y & 255) << 8) | (x & 255)]);
  const ease = (/** @type {number} */ t) => t * t * t * (t * (t * 6 - 15) + 10);
  return (/** @type {number} */ x, /** @type {number} */ y) => {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const u = ease(x - left);
    const v = ease(y - top);
    const above = at(left, top) * (1 - u) + at(left + 1, top) * u;
    const below = at(left, top + 1) * (1 - u) + at(left + 1, top + 1) * u;
    return above * (1 - v) + below * v;
  };
}

/** Several octaves of a noise, each half as strong and twice as fine. */
export function fractal(
  /** @type {(x: number, y: number) => number} */ noise,
  /** @type {number} */ x,
  /** @type {number} */ y,
  /** @type {number} */ octaves,
) {
  let sum = 0;
  for (let octave = 0, strength = 0.5, size = 1; octave < octaves; octave += 1, strength /= 2, size *= 2) {
    sum += strength * noise(x * size + octave * 37.3, y * size - octave * 17.7);
  }
  return sum;
}
