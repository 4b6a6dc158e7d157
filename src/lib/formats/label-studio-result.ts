import type { Issue } from '$lib/domain/dataset';
import { enclosing, turnedCorners, type Rect, type Size } from '$lib/domain/geometry';
import type { LabelId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import type { BoxRegion } from '$lib/domain/regions/box';
import { boxFrom, numberFrom, textOr } from './boxes';
import { boxOfBrush } from './label-studio-brush';

/**
 * Label Studio's regions. Places are percent of the picture; a turned box is anchored at its turned top
 * left corner, and turned in pixels, never in percent. Percent lives in this file alone.
 */

export type Fields = Readonly<Record<string, unknown>>;
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const listOf = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.filter(isFields) : [];

/** The names that our results go by in a labelling configuration. */
export const CONTROL = 'label';
export const OBJECT = 'image';

/** A region as the value of a result. */
export function valueOf(region: Region, size: Size, nameOf: ReadonlyMap<LabelId, string>): Fields {
  const [corner] =
    region.rotation === 0 ? [[region.x, region.y] as const] : turnedCorners(region, region.rotation);
  const name = region.labelId === null ? '' : (nameOf.get(region.labelId) ?? '');
  return {
    x: (corner[0] / size.width) * 100,
    y: (corner[1] / size.height) * 100,
    width: (region.width / size.width) * 100,
    height: (region.height / size.height) * 100,
    rotation: region.rotation,
    ...(name === '' ? {} : { rectanglelabels: [name] }),
  };
}

export function resultOf(region: Region, size: Size, nameOf: ReadonlyMap<LabelId, string>): Fields {
  const value = valueOf(region, size, nameOf);
  return {
    id: region.id,
    type: value['rectanglelabels'] === undefined ? 'rectangle' : 'rectanglelabels',
    from_name: CONTROL,
    to_name: OBJECT,
    original_width: size.width,
    original_height: size.height,
    image_rotation: 0,
    origin: region.origin,
    value,
    ...(region.score === null ? {} : { score: region.score }),
    ...(region.isLocked ? { locked: true } : {}),
    ...(region.note === '' ? {} : { meta: { text: [region.note] } }),
  };
}

interface Shape {
  readonly rect: Rect;
  readonly rotation: number;
}

/** What a list of results says: its regions, and the picture's size where it tells it. */
export function regionsOfResults(
  results: readonly Fields[],
  sizeFallback: Size | null,
  at: { readonly path: string; readonly place: string; readonly issue: (issue: Issue) => void },
): { readonly regions: readonly BoxRegion[]; readonly size: Size | null } {
  const size = sizeIn(results) ?? sizeFallback;
  const regions: BoxRegion[] = [];
  for (const [index, drawn] of joined(results).entries()) {
    const place = `${at.place}, region ${textOr(drawn['id'], String(index + 1))}`;
    const value = isFields(drawn['value']) ? drawn['value'] : {};
    const own = sizeIn([drawn]) ?? size;
    if (own === null) {
      at.issue({ code: 'size-unknown', path: at.path, place });
      continue;
    }
    const shape = shapeOf(value, own);
    if (shape === 'mask' || shape === null) {
      at.issue({ code: shape === 'mask' ? 'region-mask' : 'number-invalid', path: at.path, place });
      continue;
    }
    if (value['rle'] !== undefined) at.issue({ code: 'region-mask', path: at.path, place });
    else if (value['width'] === undefined || value['radiusX'] !== undefined)
      at.issue({ code: 'region-not-a-box', path: at.path, place });
    const region = boxFrom(
      {
        ...shape.rect,
        rotation: shape.rotation,
        label: labelIn(value),
        score: drawn['score'] ?? value['score'] ?? undefined,
        note: noteOf(drawn['meta']),
        origin: originOf(drawn['origin']),
        isLocked: drawn['locked'] === true || drawn['readonly'] === true,
      },
      own,
      { path: at.path, place, issue: at.issue },
    );
    if (region !== null) regions.push(region);
  }
  return { regions, size };
}

/**
 * A rectangle and its label may stand in two results of one id; answers to questions about the whole
 * picture are no regions, and never touch them.
 */
function joined(results: readonly Fields[]): readonly Fields[] {
  const byId = new Map<unknown, Fields>();
  for (const [index, result] of results.entries()) {
    const value = result['value'];
    if (result['type'] === 'relation' || !isFields(value) || !isDrawn(value)) continue;
    const key = result['id'] ?? `no. ${index}`;
    const earlier = byId.get(key);
    const earlierValue = earlier?.['value'];
    const isAnother = earlier !== undefined && earlier['type'] === result['type'];
    byId.set(
      isAnother ? { key, index } : key,
      earlier === undefined || isAnother
        ? result
        : { ...earlier, ...result, value: { ...(isFields(earlierValue) ? earlierValue : {}), ...value } },
    );
  }
  return [...byId.values()];
}

const isDrawn = (value: Fields): boolean =>
  ['x', 'points', 'vertices', 'rle'].some((key) => value[key] !== undefined);

/** The shape in pixels; `mask` for what has no outline, null where numbers are missing or wrong. */
function shapeOf(value: Fields, size: Size): Shape | 'mask' | null {
  if (value['rle'] !== undefined) {
    const around = boxOfBrush(value['rle'], size);
    return around === null ? 'mask' : { rect: around, rotation: 0 };
  }
  const points = value['points'] ?? value['vertices'];
  if (Array.isArray(points)) return polygonShape(points, size);
  const [x, y] = [numberFrom(value['x']), numberFrom(value['y'])];
  if (x === null || y === null) return null;
  const [left, top] = [(x / 100) * size.width, (y / 100) * size.height];
  const rotation = value['rotation'] == null ? 0 : numberFrom(value['rotation']);
  if (rotation === null) return null;
  if (value['radiusX'] !== undefined) return ellipseShape(value, left, top, rotation, size);
  const [width, height] = [numberFrom(value['width']), numberFrom(value['height'])];
  if (width === null || height === null) return null;
  const [w, h] = [(width / 100) * size.width, (height / 100) * size.height];
  return { rect: fromCorner(left, top, w, h, rotation), rotation };
}

/** The box before it was turned about its centre, from the corner that Label Studio turns it about. */
function fromCorner(left: number, top: number, width: number, height: number, degrees: number): Rect {
  if (degrees === 0) return { x: left, y: top, width, height };
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [halfWidth, halfHeight] = [width / 2, height / 2];
  const centreX = left + halfWidth * cos - halfHeight * sin;
  const centreY = top + halfWidth * sin + halfHeight * cos;
  return { x: centreX - halfWidth, y: centreY - halfHeight, width, height };
}

function polygonShape(points: readonly unknown[], size: Size): Shape | null {
  const pairs = points.map((point) => {
    const [x, y] = Array.isArray(point)
      ? (point as readonly unknown[])
      : isFields(point)
        ? [point['x'], point['y']]
        : [];
    return [numberFrom(x), numberFrom(y)] as const;
  });
  if (pairs.length === 0 || pairs.some(([x, y]) => x === null || y === null)) return null;
  const inPixels = pairs.map(([x, y]) => [(x! / 100) * size.width, (y! / 100) * size.height] as const);
  return { rect: enclosing(inPixels), rotation: 0 };
}

function ellipseShape(value: Fields, x: number, y: number, rotation: number, size: Size): Shape | null {
  const [radiusX, radiusY] = [numberFrom(value['radiusX']), numberFrom(value['radiusY'])];
  if (radiusX === null || radiusY === null) return null;
  const [w, h] = [(radiusX / 50) * size.width, (radiusY / 50) * size.height];
  return { rect: { x: x - w / 2, y: y - h / 2, width: w, height: h }, rotation };
}

/** The first label of whatever control gave it: the list stands under a key that ends in `labels`. */
function labelIn(value: Fields): string | null {
  for (const [key, names] of Object.entries(value)) {
    if (!/labels$/i.test(key)) continue;
    const first: unknown = Array.isArray(names) ? names[0] : names;
    if (typeof first === 'string' && first !== '') return first;
  }
  return null;
}

function sizeIn(results: readonly Fields[]): Size | null {
  for (const result of results) {
    const [width, height] = [numberFrom(result['original_width']), numberFrom(result['original_height'])];
    if (width !== null && height !== null && width > 0 && height > 0) return { width, height };
  }
  return null;
}

const originOf = (origin: unknown): BoxRegion['origin'] =>
  origin === 'prediction' || origin === 'prediction-changed' ? origin : 'manual';

function noteOf(meta: unknown): string {
  const text = isFields(meta) ? meta['text'] : undefined;
  return Array.isArray(text) ? text.map(String).join('\n') : typeof text === 'string' ? text : '';
}
