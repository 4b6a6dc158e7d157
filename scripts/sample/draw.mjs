import { fractal, makeNoise, makeRandom } from './noise.mjs';

/**
 * @typedef {{ x: number, y: number, width: number, height: number }} Box In pixels, origin top left.
 * @typedef {{ x: number, y: number, across: number, down: number, turn: number, height: number, lobes: number, phase: number, paleness: number }} Polyp
 */

/**
 * A drawn picture of the inside of a bowel: a height field of folds and bumps, lit from the endoscope,
 * coloured as mucosa, behind the black corners of the instrument. The same seed gives the same pixels.
 *
 * @param {number} seed
 * @param {{ healthy?: boolean, width?: number, height?: number }} [options]
 * @returns {{ width: number, height: number, pixels: Uint8ClampedArray, polyps: Box[] }} RGBA pixels, and a box round each bump
 */
export function drawPicture(seed, { healthy = false, width = 640, height = 512 } = {}) {
  const random = makeRandom(seed * 7919 + 17);
  const unit = height / 512;
  const coarse = makeNoise(seed * 3 + 1);
  const fine = makeNoise(seed * 3 + 2);
  const centre = { x: width / 2 + random.between(-6, 6) * unit, y: height / 2 };
  const radius = height * 0.54;
  const lumen = {
    x: width * random.between(0.3, 0.7),
    y: height * random.between(0.25, 0.65),
    size: random.between(34, 76) * unit,
  };
  const foldGap = random.between(78, 120) * unit;
  const foldDepth = random.between(9, 15) * unit;
  const hue = {
    red: random.between(198, 226),
    green: random.between(98, 124),
    blue: random.between(84, 106),
  };
  const polyps = healthy
    ? []
    : placePolyps(random, 1 + Math.floor(random.next() * 2.6), centre, radius, lumen, unit);

  // 1. The height of the wall at every pixel, in pixels towards the eye.
  const relief = new Float32Array(width * height);
  const onPolyp = new Float32Array(width * height);
  const shade = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const wobble = fractal(coarse, x / (90 * unit), y / (90 * unit), 3);
      const away = Math.hypot((x - lumen.x) * 0.92, y - lumen.y) + wobble * 52 * unit;
      const wave = Math.cos((away / foldGap) * Math.PI * 2);
      const strength =
        smooth(0.5, 1.5, away / foldGap) * (0.55 + 0.45 * coarse(x / (170 * unit) + 9, y / (170 * unit)));
      relief[at] =
        foldDepth * strength * Math.sign(wave) * Math.abs(wave) ** 0.7 +
        fractal(coarse, x / (46 * unit) + 50, y / (46 * unit), 2) * 7 * unit +
        fractal(fine, x / (7 * unit), y / (7 * unit), 2) * 0.7 * unit;
      for (const polyp of polyps) {
        const inside = 1 - reach(polyp, x, y);
        if (inside <= -0.5) continue;
        const dome = inside <= 0 ? 0 : Math.sqrt(1 - (1 - inside) ** 2.4);
        relief[at] =
          /** @type {number} */ (relief[at]) * (1 - 0.75 * smooth(-0.1, 0.25, inside)) + dome * polyp.height;
        if (dome > 0.02)
          relief[at] =
            /** @type {number} */ (relief[at]) +
            fractal(fine, x / (11 * unit) + 70, y / (11 * unit), 3) * 2.2 * unit * dome;
        onPolyp[at] = Math.max(/** @type {number} */ (onPolyp[at]), smooth(0, 0.12, inside));
        // The foot of a bump lies in its own shadow.
        shade[at] = Math.max(
          /** @type {number} */ (shade[at]),
          smooth(-0.34, 0, inside) * (1 - smooth(0, 0.1, inside)) * 0.42,
        );
      }
    }
  }

  // 2. Light and colour.
  const pixels = new Uint8ClampedArray(width * height * 4);
  const value = (/** @type {number} */ x, /** @type {number} */ y) =>
    /** @type {number} */ (
      relief[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))]
    );
  const [lightX, lightY] = [
    centre.x + random.between(-90, 90) * unit,
    centre.y - random.between(20, 110) * unit,
  ];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const slopeX = (value(x + 1, y) - value(x - 1, y)) / 2;
      const slopeY = (value(x, y + 1) - value(x, y - 1)) / 2;
      const steep = 1 / Math.hypot(slopeX, slopeY, 1);
      const toLight = /** @type {[number, number, number]} */ ([
        (lightX - x) / (260 * unit),
        (lightY - y) / (260 * unit),
        1.15,
      ]);
      const far = Math.hypot(...toLight);
      const lit = Math.max(0, ((-slopeX * toLight[0] - slopeY * toLight[1] + toLight[2]) * steep) / far);
      const depth = smooth(0.35, 2.1, Math.hypot(x - lumen.x, y - lumen.y) / lumen.size);
      const fall = 1.1 / (0.62 + 0.5 * far * far * 0.55);
      const light = (0.2 + 0.92 * lit) * fall * (0.1 + 0.9 * depth) * (1 - /** @type {number} */ (shade[at]));

      const patch = fractal(coarse, x / (120 * unit) + 200, y / (120 * unit), 3);
      const vessel =
        vesselAt(coarse, fine, x / unit, y / unit) * (1 - 0.6 * /** @type {number} */ (onPolyp[at]));
      const bump = /** @type {number} */ (onPolyp[at]);
      const pale = polyps.length > 0 ? /** @type {Polyp} */ (polyps[0]).paleness * bump : 0;
      const red = hue.red + patch * 26 + pale * 18 - vessel * 26 - bump * 4;
      const green = hue.green + patch * 30 - bump * 15 + pale * 46 - vessel * 44;
      const blue = hue.blue + patch * 24 - bump * 6 + pale * 42 - vessel * 30;

      // Wet tissue mirrors the lamp where it faces it.
      const mirror = /** @type {[number, number, number]} */ ([
        toLight[0] / far,
        toLight[1] / far,
        toLight[2] / far + 1,
      ]);
      const length = Math.hypot(...mirror);
      const facing = Math.max(0, ((-slopeX * mirror[0] - slopeY * mirror[1] + mirror[2]) * steep) / length);
      const wet = 0.55 + 0.9 * fractal(fine, x / (26 * unit) + 300, y / (14 * unit), 2);
      const gloss =
        facing ** 190 * wet * depth * (0.5 + 0.5 * smooth(-0.2, 0.5, fine(x / (19 * unit), y / (8 * unit))));
      const shine = Math.min(1, gloss * 1.5) * 215;

      const view = viewMask(x, y, width, height, centre, radius);
      const grain = (fine(x * 0.93 + 500, y * 0.93) + fine(x * 0.41, y * 0.41 + 700)) * 2.2;
      const put = (/** @type {number} */ color) => view * (color * light + shine + grain) + 5;
      pixels.set(
        [put(red), put(green * (0.86 + 0.14 * light)), put(blue * (0.84 + 0.16 * light)), 255],
        at * 4,
      );
    }
  }
  return { width, height, pixels, polyps: polyps.map((polyp) => boxOf(polyp, width, height)) };
}

/** Bumps that keep apart from each other, from the lumen and from the edge of the view. */
function placePolyps(
  /** @type {ReturnType<typeof makeRandom>} */ random,
  /** @type {number} */ count,
  /** @type {{ x: number, y: number }} */ centre,
  /** @type {number} */ radius,
  /** @type {{ x: number, y: number, size: number }} */ lumen,
  /** @type {number} */ unit,
) {
  /** @type {Polyp[]} */
  const placed = [];
  for (let tries = 0; placed.length < count && tries < 400; tries += 1) {
    const across = random.between(26, 66) * unit;
    const polyp = {
      x: centre.x + random.between(-1, 1) * radius * 0.75,
      y: centre.y + random.between(-1, 1) * radius * 0.68,
      across,
      down: across * random.between(0.68, 1.05),
      turn: random.between(0, Math.PI),
      height: across * random.between(0.5, 0.85),
      lobes: 2 + Math.floor(random.next() * 2),
      phase: random.between(0, 6),
      paleness: random.between(0, 0.8),
    };
    const isInside = Math.hypot(polyp.x - centre.x, polyp.y - centre.y) + across < radius * 0.86;
    const isOffLumen = Math.hypot(polyp.x - lumen.x, polyp.y - lumen.y) > across + lumen.size * 1.1;
    const isApart = placed.every(
      (other) => Math.hypot(other.x - polyp.x, other.y - polyp.y) > (other.across + across) * 1.25,
    );
    if (isInside && isOffLumen && isApart) placed.push(polyp);
  }
  return placed;
}

/** 0 in the middle of a bump, 1 on its outline, more outside. */
function reach(/** @type {Polyp} */ polyp, /** @type {number} */ x, /** @type {number} */ y) {
  const [dx, dy] = [x - polyp.x, y - polyp.y];
  const along = (dx * Math.cos(polyp.turn) + dy * Math.sin(polyp.turn)) / polyp.across;
  const off = (-dx * Math.sin(polyp.turn) + dy * Math.cos(polyp.turn)) / polyp.down;
  const lobed = 1 + 0.07 * Math.sin(polyp.lobes * Math.atan2(off, along) + polyp.phase);
  return Math.hypot(along, off) / lobed;
}

/** The upright box round a bump's outline, in whole pixels. */
function boxOf(/** @type {Polyp} */ polyp, /** @type {number} */ width, /** @type {number} */ height) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (reach(polyp, x, y) > 1) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
    }
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Fine branching lines: where two slow noises are nearly equal. */
function vesselAt(
  /** @type {(x: number, y: number) => number} */ coarse,
  /** @type {(x: number, y: number) => number} */ fine,
  /** @type {number} */ x,
  /** @type {number} */ y,
) {
  const bend = fine(x / 30, y / 30) * 5;
  const line = Math.abs(fractal(coarse, (x + bend) / 62 + 400, (y - bend) / 62, 3));
  const twig = Math.abs(fractal(coarse, (x - bend) / 33 + 600, (y + bend) / 33, 2));
  return 0.5 * (1 - smooth(0, 0.022, line)) + 0.28 * (1 - smooth(0, 0.03, twig));
}

/** 1 in the round view with its cut-off sides, 0 in the black corners, a soft edge between. */
function viewMask(
  /** @type {number} */ x,
  /** @type {number} */ y,
  /** @type {number} */ width,
  /** @type {number} */ height,
  /** @type {{ x: number, y: number }} */ centre,
  /** @type {number} */ radius,
) {
  const edge = Math.hypot((x - centre.x) * 0.94, y - centre.y);
  const border = Math.min(x, y, width - 1 - x, height - 1 - y);
  return (
    (1 - smooth(radius * 1.0, radius * 1.02, edge)) *
    smooth(5, 9, border) *
    (1 - 0.35 * smooth(radius * 0.55, radius, edge))
  );
}

function smooth(/** @type {number} */ low, /** @type {number} */ high, /** @type {number} */ value) {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}
