import type { Issue } from '$lib/domain/dataset';
import { enclosing, type Rect, type Size } from '$lib/domain/geometry';
import type { LabelId } from '$lib/domain/ids';
import { isFields, type Fields } from '$lib/domain/kept';
import { operationsOf, type Region } from '$lib/domain/region';
import type { BoxRegion } from '$lib/domain/regions/box';
import { encode } from './encoders';
import { boxFrom, numberFrom, textOr } from './boxes';
import { boxOfBrush } from './label-studio-brush';
import { LABEL_STUDIO_ENCODERS } from './label-studio-place';

/**
 * Regions of Label Studio. Places are percentages of the picture; a turned box is given by its turned top left
 * corner, and is turned in pixels, not in percent. Only this file and label-studio-place.ts use percent.
 */

export const listOf = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.filter(isFields) : [];

/** The names of controls in a labelling configuration, which results refer to. */
export interface ControlNames {
  readonly from: string;
  readonly to: string;
}
export const CONTROL = 'label';
export const OUR_NAMES: ControlNames = { from: CONTROL, to: 'image' };

/** A region as the `value` of a result. */
export const valueOf = (region: Region, size: Size, nameOf: ReadonlyMap<LabelId, string>): Fields =>
  encodedAs(region, size, nameOf).value;

function encodedAs(
  region: Region,
  size: Size,
  nameOf: ReadonlyMap<LabelId, string>,
): { readonly type: string; readonly value: Fields } {
  const { control, place } = encode(LABEL_STUDIO_ENCODERS, region, size);
  const name = region.labelId === null ? '' : (nameOf.get(region.labelId) ?? '');
  if (name === '') return { type: control, value: place };
  const labels = `${control}labels`;
  return { type: labels, value: { ...place, [labels]: [name] } };
}

export function resultOf(
  region: Region,
  size: Size,
  nameOf: ReadonlyMap<LabelId, string>,
  names: ControlNames = OUR_NAMES,
): Fields {
  const { type, value } = encodedAs(region, size, nameOf);
  return {
    id: region.id,
    type,
    from_name: names.from,
    to_name: names.to,
    original_width: size.width,
    original_height: size.height,
    image_rotation: 0,
    origin: region.origin,
    value,
    ...(region.score === null ? {} : { score: region.score }),
    ...(region.isLocked ? { locked: true } : {}),
    ...metaOf(region),
  };
}

/** Fields of a region that Label Studio does not have go into `meta`. */
function metaOf(region: Region): Fields {
  const { area, objectArea } = operationsOf(region);
  const ofObject = objectArea(region);
  const meta = {
    ...(region.note === '' ? {} : { text: [region.note] }),
    ...(region.isCrowd ? { iscrowd: 1 } : {}),
    ...(ofObject === area(region) ? {} : { area: ofObject }),
  };
  return Object.keys(meta).length === 0 ? {} : { meta };
}

interface Shape {
  readonly rect: Rect;
  readonly rotation: number;
}

/** Reads a list of results: the regions, and the picture's size if a result gives it. */
export function regionsOfResults(
  results: readonly Fields[],
  sizeFallback: Size | null,
  at: { readonly path: string; readonly place: string; readonly issue: (issue: Issue) => void },
): {
  readonly regions: readonly BoxRegion[];
  /** For each region, the indices of the results that it was made of. */
  readonly made: readonly (readonly number[])[];
  readonly size: Size | null;
} {
  const size = sizeIn(results) ?? sizeFallback;
  const regions: BoxRegion[] = [];
  const made: (readonly number[])[] = [];
  const ids = new Set<string>();
  for (const [index, { drawn, places }] of joined(results).entries()) {
    const place = `${at.place}, region ${textOr(drawn['id'], String(index + 1))}`;
    const value = isFields(drawn['value']) ? drawn['value'] : {};
    const own = sizeIn([drawn]) ?? size;
    if (own === null) {
      at.issue({ code: 'size-unknown', path: at.path, place });
      continue;
    }
    const shape = shapeOf(value, own);
    if (shape === 'mask' || shape === null) {
      const isPoint = /^keypoint/i.test(textOr(drawn['type'], ''));
      const code = shape === 'mask' ? 'region-mask' : isPoint ? 'region-keypoints' : 'number-invalid';
      at.issue({ code, path: at.path, place });
      continue;
    }
    if (value['rle'] !== undefined || value['width'] === undefined || value['radiusX'] !== undefined)
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
        isCrowd: isFields(drawn['meta']) && drawn['meta']['iscrowd'] === 1,
        area: isFields(drawn['meta']) ? numberFrom(drawn['meta']['area']) : null,
        id: ownId(drawn['id'], ids),
      },
      own,
      { path: at.path, place, issue: at.issue },
    );
    if (region === null) continue;
    regions.push(region);
    made.push(places);
  }
  return { regions, made, size };
}

/** Results with the same id are one region, so a region keeps its id. */
function ownId(id: unknown, taken: Set<string>): string {
  if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID || taken.has(id)) return '';
  taken.add(id);
  return id;
}
const LONGEST_ID = 200;

interface Joined {
  readonly drawn: Fields;
  readonly places: readonly number[];
}

/**
 * Joins results with the same id: a rectangle and its label may be two results. Answers to questions about the
 * picture or about a region are no regions, and stay separate.
 */
function joined(results: readonly Fields[]): readonly Joined[] {
  const byId = new Map<unknown, Joined>();
  for (const [index, result] of results.entries()) {
    const value = result['value'];
    if (!isFields(value) || !isDrawing(result)) continue;
    const key = result['id'] ?? `no. ${index}`;
    const earlier = byId.get(key);
    const earlierValue = earlier?.drawn['value'];
    const isAnother = earlier !== undefined && earlier.drawn['type'] === result['type'];
    byId.set(
      isAnother ? { key, index } : key,
      earlier === undefined || isAnother
        ? { drawn: result, places: [index] }
        : {
            drawn: {
              ...earlier.drawn,
              ...result,
              value: { ...(isFields(earlierValue) ? earlierValue : {}), ...value },
            },
            places: [...earlier.places, index],
          },
    );
  }
  return [...byId.values()];
}

/** Whether a result draws or labels something; an answer about a region repeats its place, but draws nothing. */
export function isDrawing(result: Fields): boolean {
  const { type, value } = result;
  const hasPlace =
    isFields(value) && ['x', 'points', 'vertices', 'rle'].some((key) => value[key] !== undefined);
  return (
    hasPlace &&
    (typeof type !== 'string' ||
      /labels$|^(rectangle|polygon|ellipse|brush|keypoint|vector|bitmask)$/i.test(type))
  );
}

/** The shape in pixels; 'mask' if it has no outline, null if numbers are missing or invalid. */
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

/** The box before it was turned about its centre, computed from the corner that Label Studio turns it about. */
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

/** The first label, whichever control gave it. */
function labelIn(value: Fields): string | null {
  const key = labelsKeyOf(value);
  const names = key === null ? undefined : value[key];
  const first: unknown = Array.isArray(names) ? names[0] : names;
  return typeof first === 'string' && first !== '' ? first : null;
}

/**
 * The list of labels has a key that ends in `labels`; if there are several such keys, the first list that is not
 * empty counts.
 */
export function labelsKeyOf(value: Fields): string | null {
  const keys = Object.keys(value).filter((key) => /labels$/i.test(key));
  const isFilled = (key: string) => {
    const names = value[key];
    const first: unknown = Array.isArray(names) ? names[0] : names;
    return typeof first === 'string' && first !== '';
  };
  return keys.find(isFilled) ?? keys[0] ?? null;
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

export function noteOf(meta: unknown): string {
  const text = isFields(meta) ? meta['text'] : undefined;
  return Array.isArray(text) ? text.map(String).join('\n') : typeof text === 'string' ? text : '';
}
