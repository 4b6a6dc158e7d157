import {
  SPLITS,
  type Category,
  type Dataset,
  type DatasetAnnotation,
  type DatasetItem,
} from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import { epochMs, type EpochMs, type LabelId } from '$lib/domain/ids';
import type { Region } from '$lib/domain/region';
import type { BoxRegion } from '$lib/domain/regions/box';
import { numberFrom, textOr } from './boxes';
import type { ArchiveReader, Format, OutputText, ReadContext } from './format';
import { arrayText, jsonParts } from './json-stream';
import { localAddress, pathInAddress } from './label-studio-address';
import { isTaskFile, pagesOf, taskOfTarget } from './label-studio-pages';
import { isFields, listOf, regionsOfResults, resultOf, type Fields } from './label-studio-result';
import { wholeFiles } from './one-of-many';
import { nameIn } from './paths';
import { firstText, textOf } from './text';
import { FORMAT_TRAITS } from './traits';

/** Label Studio's JSON: an array of tasks with everything that was said about them. */
export const labelStudioJson: Format = {
  ...FORMAT_TRAITS.json,
  id: 'json',
  picturePath: (fileName) => `images/${fileName}`,

  async sniff(archive) {
    for (const path of archive.paths.filter(isTaskFile).slice(0, 5)) {
      const text = await firstText(archive, path, 16_384);
      if (!/^\s*[[{]/.test(text)) continue;
      if (/"result"\s*:\s*\[/.test(text) && /"(completed_by|was_cancelled)"\s*:/.test(text)) return 0.95;
      if (/"data"\s*:\s*\{/.test(text))
        return /"(annotations|predictions|drafts|completions)"/.test(text) ? 0.95 : 0.8;
    }
    return 0;
  },
  read,

  async *write(dataset: Dataset): AsyncIterable<OutputText> {
    await Promise.resolve();
    yield { path: 'result.json', content: arrayText(tasks(dataset)) };
  },
};

async function* tasks(dataset: Dataset): AsyncIterable<Fields> {
  const nameOf = new Map(dataset.categories.map(({ labelId, name }) => [labelId, name]));
  for await (const item of dataset.items()) yield taskOf(item, nameOf);
}

function taskOf(item: DatasetItem, nameOf: ReadonlyMap<LabelId, string>): Fields {
  const results = (regions: readonly Region[]) =>
    item.size === null ? [] : regions.map((region) => resultOf(region, item.size!, nameOf));
  const annotations = item.annotations.map((annotation, index) => ({
    id: item.number * 100 + index,
    annotator: annotation.annotator,
    was_cancelled: annotation.isSkipped,
    ground_truth: false,
    result: results(annotation.regions),
    result_count: annotation.regions.length,
    ...times(annotation),
  }));
  return {
    id: item.number,
    data: { image: localAddress(item.path), ...(item.split === null ? {} : { split: item.split }) },
    meta: item.size === null ? {} : { width: item.size.width, height: item.size.height },
    inner_id: item.number,
    total_annotations: annotations.filter((annotation) => !annotation.was_cancelled).length,
    cancelled_annotations: annotations.filter((annotation) => annotation.was_cancelled).length,
    total_predictions: item.predictions.length,
    file_upload: null,
    drafts: item.draft === null ? [] : [{ result: results(item.draft) }],
    predictions: item.predictions.map(({ modelVersion, regions, createdAt }) => ({
      model_version: modelVersion,
      score: mean(regions.map(({ score }) => score ?? 0)),
      result: results(regions),
      ...(createdAt === null ? {} : { created_at: isoOf(createdAt) }),
    })),
    annotations,
  };
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

export const isoOf = (time: EpochMs): string => new Date(time).toISOString();

const times = ({ createdAt, updatedAt }: DatasetAnnotation): Fields => ({
  ...(createdAt === null ? {} : { created_at: isoOf(createdAt) }),
  ...(updatedAt === null ? {} : { updated_at: isoOf(updatedAt) }),
});

async function read(archive: ArchiveReader, context: ReadContext): Promise<Dataset> {
  const jsons = archive.paths.filter(isTaskFile);
  if (jsons.length === 0) throw new AppError('format-invalid', { path: archive.name, reason: 'no-labels' });
  const files = await wholeFiles(jsons, context, (path) => tasksIn(archive, path));
  const categories = new Map<LabelId, Category>();
  const meet = (regions: readonly BoxRegion[]): readonly BoxRegion[] => {
    for (const { labelId } of regions) {
      if (labelId !== null && !categories.has(labelId))
        categories.set(labelId, { labelId, name: labelId, number: categories.size });
    }
    return regions;
  };
  return {
    name: archive.name,
    get categories() {
      return [...categories.values()];
    },
    async *items() {
      let number = 0;
      for (const path of files) {
        for await (const row of tasksIn(archive, path)) {
          const place = `task ${textOr(row['id'], String(number + 1))}`;
          for (const page of pagesOf(taskOfTarget(row), { path, place, issue: context.issue })) {
            const item = await readTask(page, (number += 1), path, context, meet);
            if (item !== null) yield item;
          }
        }
      }
    },
  };
}

/** The tasks of a file, one after another; a file may also hold one task alone. */
export async function* tasksIn(archive: ArchiveReader, path: string): AsyncIterable<Fields> {
  // Without a prototype: a member called `__proto__` is a member like any other.
  const single = Object.create(null) as Record<string, unknown>;
  for await (const { key, rows, value } of jsonParts(textOf(archive, path), path)) {
    if (rows === null) single[key] = value;
    else if (key === '') yield* listOf(rows);
    else single[key] = [...((single[key] as readonly unknown[] | undefined) ?? []), ...rows];
  }
  if (Object.keys(single).length > 0) yield single;
}

async function readTask(
  row: Fields,
  number: number,
  path: string,
  context: ReadContext,
  meet: (regions: readonly BoxRegion[]) => readonly BoxRegion[],
): Promise<DatasetItem | null> {
  const data = isFields(row['data']) ? row['data'] : row;
  const place = `task ${textOr(row['id'], String(number))}`;
  const address = addressIn(data);
  if (address === null) {
    context.issue({ code: 'image-unknown', path, place });
    return null;
  }
  if (/^data:/i.test(address)) {
    context.issue({ code: 'picture-inside', path, place });
    return null;
  }
  const picture = pathInAddress(address);
  const meta = isFields(row['meta']) ? row['meta'] : {};
  const told = sizeOfMeta(meta) ?? sizeInLists(row);
  const size = told ?? (await context.sizeOf(picture));
  const regionsIn = (holder: Fields, what: string) =>
    meet(
      regionsOfResults(listOf(holder['result']), size, {
        path,
        place: `${place}, ${what}`,
        issue: context.issue,
      }).regions,
    );
  const annotations = listOf(row['annotations'] ?? row['completions']).map(
    (holder, index): DatasetAnnotation => ({
      annotator: annotatorOf(holder),
      isSkipped: holder['was_cancelled'] === true,
      regions: regionsIn(holder, `annotation ${index + 1}`),
      createdAt: timeOf(holder['created_at']),
      updatedAt: timeOf(holder['updated_at']),
    }),
  );
  const [draft] = listOf(row['drafts']);
  const split = SPLITS.find((name) => name === data['split']) ?? null;
  return {
    fileName: nameIn(picture),
    path: picture,
    number: numberFrom(row['id']) ?? number,
    split,
    size,
    annotations,
    draft: draft === undefined ? null : regionsIn(draft, 'draft'),
    predictions: listOf(row['predictions']).map((holder, index) => ({
      modelVersion: typeof holder['model_version'] === 'string' ? holder['model_version'] : 'prediction',
      regions: regionsIn(holder, `prediction ${index + 1}`).map((region) => ({
        ...region,
        origin: 'prediction' as const,
        score: region.score ?? numberFrom(holder['score']) ?? null,
      })),
      createdAt: timeOf(holder['created_at']),
    })),
  };
}

/** The address under `image`, or the first value that looks like one. */
export function addressIn(data: Fields): string | null {
  for (const key of ['image', '$undefined$', 'img', 'url'])
    if (typeof data[key] === 'string' && data[key] !== '') return data[key];
  const like = Object.values(data).find(
    (value) => typeof value === 'string' && /\.(jpe?g|png|tiff?|bmp|gif|webp|avif)$/i.test(value),
  );
  return typeof like === 'string' ? like : null;
}

const sizeOfMeta = (meta: Fields): Size | null => {
  const [width, height] = [numberFrom(meta['width']), numberFrom(meta['height'])];
  return width !== null && height !== null && width > 0 && height > 0 ? { width, height } : null;
};

function sizeInLists(row: Fields): Size | null {
  for (const key of ['annotations', 'completions', 'predictions', 'drafts']) {
    for (const holder of listOf(row[key])) {
      for (const result of listOf(holder['result'])) {
        const size = sizeOfMeta({ width: result['original_width'], height: result['original_height'] });
        if (size !== null) return size;
      }
    }
  }
  return null;
}

/** Ours by name; Label Studio's by its user, whom different versions write as a number or as an object. */
export function annotatorOf(holder: Fields): string {
  if (typeof holder['annotator'] === 'string') return holder['annotator'];
  const user = holder['completed_by'] ?? holder['annotator'];
  if (isFields(user)) {
    const name = [user['first_name'], user['last_name']]
      .filter((part) => typeof part === 'string' && part !== '')
      .join(' ');
    if (name !== '') return name;
    const mark = user['email'] ?? user['id'];
    return typeof mark === 'string' || typeof mark === 'number' ? String(mark) : '';
  }
  return typeof user === 'number' || typeof user === 'string' ? String(user) : '';
}

export function timeOf(value: unknown): EpochMs | null {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(time) ? epochMs(time) : null;
}
