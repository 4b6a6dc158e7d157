import type { TiffDirectory } from './tiff-directory';

/** Decoded numbers: the samples of each pixel side by side, rows from the top. */
export type Samples = ArrayLike<number>;

/** Values of PhotometricInterpretation (TIFF 6.0, section 8, and sections 16, 20, 21, 23). */
const [WHITE_IS_ZERO, RGB, PALETTE, CMYK, YCBCR, CIELAB] = [0, 2, 3, 5, 6, 8];

/** The values of tags that describe a page's colours; empty if the page lacks them. */
export interface ColorTables {
  /** All reds, then all greens, then all blues, with 16 bits each (TIFF 6.0, section 5). */
  readonly colorMap: readonly number[];
  /** The weights of red, green and blue in luma (YCbCrCoefficients). */
  readonly coefficients: readonly number[];
  /** Black and white of Y, Cb and Cr (ReferenceBlackWhite). */
  readonly reference: readonly number[];
}

type Paint = (samples: Samples, at: number, out: Uint8ClampedArray, to: number) => void;

/**
 * [Note: Window]
 * Grey values of more than 8 bits, signed values and floats have no natural black and white: the smallest value of
 * the page is shown black, and the largest white. Colours of 16 bits use the full range and are only scaled.
 */
export function toRgba(
  samples: Samples,
  pixels: number,
  page: TiffDirectory,
  tables: ColorTables,
): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(pixels * 4);
  const step = page.samples;
  const paint = paintOf(page, samples, pixels, tables);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    out[pixel * 4 + 3] = 255;
    paint(samples, pixel * step, out, pixel * 4);
  }
  return out;
}

function paintOf(page: TiffDirectory, samples: Samples, pixels: number, tables: ColorTables): Paint {
  const bits = page.bits[0] ?? 1;
  const full = 255 / (2 ** bits - 1);
  switch (page.photometric) {
    case RGB:
      return page.sampleFormat === 3 ? windowedColor(samples, pixels, page.samples) : rgb(page);
    case PALETTE:
      return palette(tables.colorMap, 2 ** bits);
    case CMYK:
      return cmyk(full);
    case YCBCR:
      return yCbCr(tables);
    case CIELAB:
      return lab(bits);
    default:
      return gray(page, samples, pixels, full);
  }
}

function gray(page: TiffDirectory, samples: Samples, pixels: number, full: number): Paint {
  const isWindowed = (page.bits[0] ?? 1) > 8 || page.sampleFormat !== 1;
  const [low, high] = isWindowed ? extremes(samples, pixels, page.samples, 1) : [0, 255 / full];
  const scale = high > low ? 255 / (high - low) : 0;
  const isInverted = page.photometric === WHITE_IS_ZERO;
  return (from, at, out, to) => {
    const value = ((from[at] ?? 0) - low) * scale;
    out[to] = out[to + 1] = out[to + 2] = isInverted ? 255 - value : value;
  };
}

function rgb({ samples, hasAlpha, bits }: TiffDirectory): Paint {
  const full = [0, 1, 2, 3].map((i) => 255 / (2 ** (bits[i] ?? bits[0] ?? 1) - 1));
  const last = samples - 1;
  return (from, at, out, to) => {
    for (let i = 0; i < 3; i += 1)
      out[to + i] = (from[at + Math.min(i, last)] ?? 0) * full[Math.min(i, last)]!;
    if (hasAlpha && samples >= 4) out[to + 3] = (from[at + 3] ?? 0) * full[3]!;
  };
}

function windowedColor(samples: Samples, pixels: number, step: number): Paint {
  const [low, high] = extremes(samples, pixels, step, 3);
  const scale = high > low ? 255 / (high - low) : 0;
  return (from, at, out, to) => {
    for (let i = 0; i < 3; i += 1) out[to + i] = ((from[at + i] ?? 0) - low) * scale;
  };
}

/**
 * Some writers store 8-bit colours, which would all be black as 16-bit ones: libtiff recognizes them like this.
 */
function palette(map: readonly number[], colors: number): Paint {
  const scale = map.some((value) => value > 255) ? 1 / 257 : 1;
  return (from, at, out, to) => {
    const color = from[at] ?? 0;
    for (let i = 0; i < 3; i += 1) out[to + i] = (map[color + i * colors] ?? 0) * scale;
  };
}

/** CMYK without a profile: each ink absorbs its own colour. */
const cmyk =
  (full: number): Paint =>
  (from, at, out, to) => {
    const light = 255 - (from[at + 3] ?? 0) * full;
    for (let i = 0; i < 3; i += 1) out[to + i] = ((255 - (from[at + i] ?? 0) * full) * light) / 255;
  };

/** ITU-R BT.601 in full range, as in JPEG, unless the page's tags say otherwise (TIFF 6.0, section 21). */
function yCbCr({ coefficients, reference }: ColorTables): Paint {
  const [red, green, blue] = coefficients.length === 3 ? coefficients : [0.299, 0.587, 0.114];
  const [blackY, whiteY, blackB, whiteB, blackR, whiteR] =
    reference.length === 6 ? reference : [0, 255, 128, 255, 128, 255];
  const [scaleY, scaleB, scaleR] = [
    255 / (whiteY! - blackY!),
    127 / (whiteB! - blackB!),
    127 / (whiteR! - blackR!),
  ];
  return (from, at, out, to) => {
    const y = ((from[at] ?? 0) - blackY!) * scaleY;
    const b = y + ((from[at + 1] ?? 0) - blackB!) * scaleB * (2 - 2 * blue!);
    const r = y + ((from[at + 2] ?? 0) - blackR!) * scaleR * (2 - 2 * red!);
    out[to] = r;
    out[to + 1] = (y - blue! * b - red! * r) / green!;
    out[to + 2] = b;
  };
}

/** Converts 1976 L*a*b* with signed a and b (TIFF 6.0, section 23) and white point D50 to sRGB. */
function lab(bits: number): Paint {
  const [lightness, half, ab] = bits === 8 ? [100 / 255, 128, 1] : [100 / 65535, 32768, 1 / 256];
  const signed = (value: number) => (value >= half ? value - 2 * half : value) * ab;
  const inverse = (t: number) => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
  const gamma = (c: number) => (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);
  return (from, at, out, to) => {
    const fy = ((from[at] ?? 0) * lightness + 16) / 116;
    const x = 0.9642 * inverse(fy + signed(from[at + 1] ?? 0) / 500);
    const y = inverse(fy);
    const z = 0.8249 * inverse(fy - signed(from[at + 2] ?? 0) / 200);
    // D50 to linear sRGB with Bradford adaptation.
    out[to] = 255 * gamma(3.1338561 * x - 1.6168667 * y - 0.4906146 * z);
    out[to + 1] = 255 * gamma(-0.9787684 * x + 1.9161415 * y + 0.033454 * z);
    out[to + 2] = 255 * gamma(0.0719453 * x - 0.2289914 * y + 1.4052427 * z);
  };
}

/** The smallest and the largest finite value among the first `used` samples of all pixels. */
function extremes(samples: Samples, pixels: number, step: number, used: number): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let pixel = 0; pixel < pixels; pixel += 1)
    for (let i = 0; i < used; i += 1) {
      const value = samples[pixel * step + i]!;
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return [low, high];
}
