import {
  SPLITS,
  type Category,
  type Dataset,
  type DatasetAnnotation,
  type DatasetItem,
} from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { LabelId } from '$lib/domain/ids';
import { isFields, keptOf, MAX_KEPT_LENGTH, type Fields, type KeptText } from '$lib/domain/kept';
import { addAllKept, type KeptKind } from '$lib/domain/kept-counts';
import type { Region } from '$lib/domain/region';
import { numberFrom, textOr } from './boxes';
import type { ArchiveReader, Format, OutputText, ReadContext } from './format';
import { arrayText, jsonParts } from './json-stream';
import { addressKeyIn, pathInAddress } from './label-studio-address';
import { annotatorOf, timeOf } from './label-studio-holder';
import { readLabelConfig, type BoxControls } from './label-config';
import { heldResults, keptHolder, type HoldingKind } from './label-studio-kept';
import { isTaskFile, pagesOf, taskOfTarget } from './label-studio-pages';
import { listOf, OUR_NAMES } from './label-studio-result';
import { countTask, taskExtra, taskOf } from './label-studio-task';
import { wholeFiles } from './one-of-many';
import { nameIn } from './paths';
import { firstText, textOf } from './text';
import { FORMAT_TRAITS } from './traits';

/** Label Studio's JSON: an array of tasks with all their annotations, drafts and predictions. */
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
  const controls = controlsOf(dataset);
  for await (const item of dataset.items()) yield taskOf(item, nameOf, controls);
}

/** The controls by the labelling configuration, else by the file that the project's annotations came from. */
function controlsOf({ labelingConfig, extra }: Dataset): BoxControls {
  const configured = labelingConfig === undefined ? null : readLabelConfig(labelingConfig, '').controls;
  if (configured !== null) return configured;
  const { names, key } = keptOf(extra, 'labelStudio');
  const { from, to } = isFields(names) ? names : {};
  const hasNames = typeof from === 'string' && typeof to === 'string';
  return { ...(hasNames ? { from, to } : OUR_NAMES), key: typeof key === 'string' ? key : 'image' };
}

async function read(archive: ArchiveReader, context: ReadContext): Promise<Dataset> {
  const jsons = archive.paths.filter(isTaskFile);
  if (jsons.length === 0) throw new AppError('format-invalid', { path: archive.name, reason: 'no-labels' });
  const files = await wholeFiles(jsons, context, (path) => tasksIn(archive, path));
  const categories = new Map<LabelId, Category>();
  /** Kept from the first task whose controls have other names than ours. */
  let extra: KeptText | undefined;
  const meet = (regions: readonly Region[]): void => {
    for (const { labelId } of regions) {
      if (labelId !== null && !categories.has(labelId))
        categories.set(labelId, { labelId, name: labelId, number: categories.size });
    }
  };
  return {
    name: archive.name,
    get categories() {
      return [...categories.values()];
    },
    get extra() {
      return extra;
    },
    async *items() {
      let number = 0;
      for (const path of files) {
        for await (const row of tasksIn(archive, path)) {
          const place = `task ${textOr(row['id'], String(number + 1))}`;
          for (const page of pagesOf(taskOfTarget(row), { path, place, issue: context.issue })) {
            const item = await readTask(page, (number += 1), path, context, meet);
            extra ??= item === null ? undefined : controlsExtra(page, item);
            if (item !== null) yield item;
          }
        }
      }
    },
  };
}

function controlsExtra(row: Fields, { annotations, predictions }: DatasetItem): KeptText | undefined {
  const names = [...annotations, ...predictions].map(({ extra }) => keptHolder(extra).names);
  const own = names.find((one) => one !== OUR_NAMES);
  const key = isFields(row['data']) ? addressKeyIn(row['data']) : null;
  const hasKey = key !== null && key !== 'image';
  if (own === undefined && !hasKey) return undefined;
  return JSON.stringify({ labelStudio: { ...(own && { names: own }), ...(hasKey && { key }) } });
}

/** Yields the tasks of a file one after another; a file may also hold a single task. */
export async function* tasksIn(archive: ArchiveReader, path: string): AsyncIterable<Fields> {
  // Without a prototype, a member called `__proto__` is a member like any other.
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
  meet: (regions: readonly Region[]) => void,
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
  const declared = sizeOfMeta(meta) ?? sizeInLists(row);
  const size = declared ?? (await context.sizeOf(picture));
  const kept = new Map<KeptKind, number>();
  const held = (holder: Fields, at: number, what: HoldingKind) => {
    const found = heldResults(holder, size, at, what, textOr(row['id'], ''), {
      path,
      place: `${place}, ${what}${what === 'draft' ? '' : ` ${at + 1}`}`,
      issue: context.issue,
    });
    meet(found.regions);
    addAllKept(kept, found.kept);
    return { ...found, beside: found.extra === undefined ? {} : { extra: found.extra } };
  };
  const annotations = listOf(row['annotations'] ?? row['completions']).map(
    (holder, index): DatasetAnnotation => {
      const { regions, untaken, beside } = held(holder, index, 'annotation');
      return {
        annotator: annotatorOf(holder),
        isSkipped: holder['was_cancelled'] === true,
        regions,
        ...(untaken > 0 ? { unsupportedCount: untaken } : {}),
        createdAt: timeOf(holder['created_at']),
        updatedAt: timeOf(holder['updated_at']),
        ...beside,
      };
    },
  );
  const [firstDraft] = listOf(row['drafts']);
  const draft = firstDraft === undefined ? null : held(firstDraft, 0, 'draft');
  const predictions = listOf(row['predictions']).map((holder, index) => {
    const { regions, beside } = held(holder, index, 'prediction');
    return {
      modelVersion: typeof holder['model_version'] === 'string' ? holder['model_version'] : 'prediction',
      regions,
      createdAt: timeOf(holder['created_at']),
      ...beside,
    };
  });
  const item: DatasetItem = {
    fileName: nameIn(picture),
    path: picture,
    number: numberFrom(row['id']) ?? number,
    split: SPLITS.find((name) => name === data['split']) ?? null,
    size,
    annotations,
    draft: draft?.regions ?? null,
    ...(draft?.extra === undefined ? {} : { draftExtra: draft.extra }),
    predictions,
  };
  const extra = taskExtra(row, item);
  countTask(row, data, address, kept);
  if (extra !== undefined && extra.length > MAX_KEPT_LENGTH)
    context.issue({ code: 'extra-too-long', path, place });
  return {
    ...item,
    ...(extra === undefined || extra.length > MAX_KEPT_LENGTH ? {} : { extra }),
    ...(kept.size === 0 ? {} : { kept }),
  };
}

/** The address under `image`, or the first value that looks like one. */
export const addressIn = (data: Fields): string | null => {
  const key = addressKeyIn(data);
  return key === null ? null : (data[key] as string);
};

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
