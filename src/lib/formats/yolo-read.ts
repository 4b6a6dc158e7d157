import { SPLITS, type Category, type Dataset, type DatasetItem } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import { enclosing, type Size } from '$lib/domain/geometry';
import type { BoxRegion } from '$lib/domain/regions/box';
import { isPicturePath } from '$lib/domain/source';
import { parse } from 'yaml';
import { boxFrom, finished, labelOf, numberFrom, type RawBox } from './boxes';
import type { ArchiveReader, ReadContext } from './format';
import { orLeftOut } from './one-of-many';
import { stemOf } from './paths';
import { wholeText } from './text';

/**
 * YOLO labels: boxes, oriented boxes (four corners) and polygons, which become the box around them. Class
 * names come from `data.yaml` or `classes.txt`; without either, the numbers are the names.
 */
export async function readYolo(
  archive: ArchiveReader,
  context: ReadContext,
  kind: 'yolo' | 'yolo-obb',
): Promise<Dataset> {
  const names = await classNames(archive);
  const categories = new Map<number, Category>(
    [...names].map(([number, name]) => [number, { labelId: labelOf(name), name, number }]),
  );
  const labels = archive.paths.filter((path) => /\.txt$/i.test(path) && !NAME_FILES.test(path));
  const pictures = new Map(
    archive.paths.filter(isPicturePath).map((path) => [`${splitOf(path)}/${stemOf(path)}`, path]),
  );
  if (labels.length === 0 && pictures.size === 0)
    throw new AppError('format-invalid', { path: archive.name, reason: 'no-labels' });

  return {
    name: archive.name,
    get categories() {
      return [...categories.values()].sort((a, b) => a.number - b.number);
    },
    items: () => items(),
  };

  async function* items(): AsyncIterable<DatasetItem> {
    const open = new Map(pictures);
    let number = 0;
    for (const path of labels) {
      const stem = stemOf(path);
      const split = splitOf(path);
      const picture = pictures.get(`${split}/${stem}`);
      open.delete(`${split}/${stem}`);
      const at = picture ?? stem;
      const size = await context.sizeOf(at);
      if (size === null) {
        context.issue({ code: 'size-unknown', path });
        continue;
      }
      const text = await orLeftOut(path, context, () => wholeText(archive, path));
      if (text === null) continue;
      const regions = regionsOf(text, path, size);
      yield itemOf(at, split, (number += 1), size, [finished(regions)]);
    }
    for (const path of open.values())
      yield itemOf(path, splitOf(path), (number += 1), await context.sizeOf(path), []);
  }

  function regionsOf(text: string, path: string, size: Size): readonly BoxRegion[] {
    const regions: BoxRegion[] = [];
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (line.trim() === '') continue;
      const place = `line ${index + 1}`;
      const [first, ...rest] = line.trim().split(/\s+/);
      const numbers = rest.map(numberFrom);
      const type = numberFrom(first);
      const bad =
        numbers.some((value) => value === null) || type === null || !Number.isInteger(type) || type < 0;
      const raw = bad ? null : rawBox(numbers as readonly number[], size, kind, path, place);
      if (raw === null) {
        context.issue({ code: 'number-invalid', path, place });
        continue;
      }
      const region = boxFrom({ ...raw, label: categoryOf(type!).name }, size, {
        path,
        place,
        issue: context.issue,
      });
      if (region !== null) regions.push(region);
    }
    return regions;
  }

  function rawBox(
    values: readonly number[],
    size: Size,
    as: 'yolo' | 'yolo-obb',
    path: string,
    place: string,
  ): Omit<RawBox, 'label'> | null {
    if (values.length === 4 || values.length === 5) {
      const [x, y, width, height] = values as [number, number, number, number];
      return {
        x: (x - width / 2) * size.width,
        y: (y - height / 2) * size.height,
        width: width * size.width,
        height: height * size.height,
        ...(values.length === 5 ? { score: values[4] } : {}),
      };
    }
    if (values.length < 6) return null;
    const count = values.length - (values.length % 2);
    const points: [number, number][] = [];
    for (let at = 0; at < count; at += 2)
      points.push([values[at]! * size.width, values[at + 1]! * size.height]);
    const turned = points.length === 4 && as === 'yolo-obb' ? turnedBox(points) : null;
    if (turned !== null) return turned;
    context.issue({ code: 'region-not-a-box', path, place });
    return enclosing(points);
  }

  function categoryOf(number: number): Category {
    const name = names.get(number) ?? String(number);
    const category = categories.get(number) ?? { labelId: labelOf(name), name, number };
    categories.set(number, category);
    return category;
  }
}

const NAME_FILES = /(^|\/)(classes|train|val|valid|test|readme[^/]*|requirements)\.txt$/i;

const splitOf = (path: string) => {
  const parts = path.toLowerCase().split('/').slice(0, -1);
  return (
    SPLITS.find((split) => parts.includes(split) || (split === 'valid' && parts.includes('val'))) ?? null
  );
};

const itemOf = (
  path: string,
  split: DatasetItem['split'],
  number: number,
  size: Size | null,
  annotations: DatasetItem['annotations'],
): DatasetItem => ({
  fileName: path.slice(path.lastIndexOf('/') + 1),
  path,
  number,
  split,
  size,
  annotations,
  draft: null,
  predictions: [],
});

/** The box whose corners these are, or null where they are not those of a turned rectangle. */
export function turnedBox(points: readonly (readonly [number, number])[]): Omit<RawBox, 'label'> | null {
  const [a, b, c, d] = points as readonly [
    (typeof points)[0],
    (typeof points)[0],
    (typeof points)[0],
    (typeof points)[0],
  ];
  const width = Math.hypot(b[0] - a[0], b[1] - a[1]);
  const height = Math.hypot(d[0] - a[0], d[1] - a[1]);
  const tolerance = 0.02 * Math.max(width, height) + 0.01;
  const isParallel =
    Math.abs(a[0] + c[0] - b[0] - d[0]) <= tolerance && Math.abs(a[1] + c[1] - b[1] - d[1]) <= tolerance;
  const dot = (b[0] - a[0]) * (d[0] - a[0]) + (b[1] - a[1]) * (d[1] - a[1]);
  if (!isParallel || Math.abs(dot) > tolerance * Math.max(width, height)) return null;
  const isMirrored = (b[0] - a[0]) * (d[1] - a[1]) - (b[1] - a[1]) * (d[0] - a[0]) < 0;
  if (isMirrored) return turnedBox([a, d, c, b]);
  const degrees = (Math.atan2(b[1] - a[1], b[0] - a[0]) * 180) / Math.PI;
  const rotation = Math.round(degrees * 1e5) / 1e5;
  return {
    x: (a[0] + c[0] - width) / 2,
    y: (a[1] + c[1] - height) / 2,
    width,
    height,
    rotation: rotation === 0 ? 0 : rotation,
  };
}

/** Class names by number. */
async function classNames(archive: ArchiveReader): Promise<ReadonlyMap<number, string>> {
  const yamlPath = archive.paths.find((path) => /\.ya?ml$/i.test(path));
  if (yamlPath !== undefined) {
    let data: { names?: unknown } | null;
    try {
      data = parse(await wholeText(archive, yamlPath), { maxAliasCount: 100 }) as { names?: unknown } | null;
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('format-invalid', { path: yamlPath, reason: 'not-yaml' }, { cause: error });
    }
    if (typeof data?.names === 'object' && data.names !== null)
      return new Map(
        Object.entries(data.names)
          .map(([number, name]) => [Number(number), String(name)] as const)
          .filter(([number]) => Number.isInteger(number)),
      );
  }
  const textPath = archive.paths.find((path) => /(^|\/)classes\.txt$/i.test(path));
  if (textPath === undefined) return new Map();
  const lines = (await wholeText(archive, textPath)).replace(/\r?\n$/, '').split(/\r?\n/);
  return new Map(lines.map((name, number) => [number, name] as const));
}
