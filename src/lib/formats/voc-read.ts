import { SPLITS, type Category, type Dataset, type DatasetItem } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import type { Size } from '$lib/domain/geometry';
import type { BoxRegion } from '$lib/domain/regions/box';
import { boxFrom, finished, labelOf, numberFrom } from './boxes';
import type { ArchiveReader, ReadContext } from './format';
import { orLeftOut } from './one-of-many';
import { firstPart, folderOf, nameIn, stemOf } from './paths';
import { annotationOf, type VocFile } from './voc-file';
import { boxOfObject, originOf } from './voc-object';

/**
 * Reads Pascal VOC: one XML per picture. Also reads roLabelImg's turned boxes, and polygons, which become the box
 * around them.
 */
export async function readVoc(archive: ArchiveReader, context: ReadContext): Promise<Dataset> {
  const files = archive.paths.filter((path) => /\.xml$/i.test(path));
  if (files.length === 0) throw new AppError('format-invalid', { path: archive.name, reason: 'no-labels' });
  const origin = context.vocOrigin ?? (await originOf(archive, files));
  const categories = new Map<string, Category>();
  return {
    name: archive.name,
    vocOrigin: origin,
    get categories() {
      return [...categories.values()];
    },
    async *items() {
      for (const [index, path] of files.entries()) {
        const file = await orLeftOut(path, context, () => annotationOf(archive, path));
        if (file !== null) yield await itemOf(file, path, index + 1);
      }
    },
  };

  async function itemOf(file: VocFile, path: string, number: number): Promise<DatasetItem> {
    const names = namesOf(file, path, archive.spellings?.(path) ?? []);
    const [width, height] = [numberFrom(file.size?.width), numberFrom(file.size?.height)];
    const declared = width !== null && height !== null && width > 0 && height > 0 ? { width, height } : null;
    const size = declared ?? (await context.sizeOf(names.path, names));
    const folder = firstPart(path);
    return {
      fileName: nameIn(names.path),
      ...names,
      number,
      split: SPLITS.find((split) => split === folder) ?? null,
      size,
      // Without a size no box can be read; `sizeOf` reports why there is none.
      annotations: size === null ? [] : [annotated(file, path, size)],
      draft: null,
      predictions: [],
    };
  }

  function annotated(file: VocFile, path: string, size: Size) {
    const regions: BoxRegion[] = [];
    let untaken = 0;
    for (const [at, object] of (file.object ?? []).entries()) {
      const place = `object ${at + 1}`;
      const label = categoryOf(object.name).name;
      const { box, note } = boxOfObject(object, origin);
      if (note !== null) context.issue({ code: note, path, place });
      const region =
        box === null ? null : boxFrom({ ...box, label }, size, { path, place, issue: context.issue });
      if (region === null) untaken += 1;
      else regions.push(region);
    }
    return finished(regions, { untaken });
  }

  function categoryOf(value: unknown): Category {
    const name = typeof value === 'string' ? value.trim() : '';
    const labelId = labelOf(name);
    const category = categories.get(labelId) ?? { labelId, name, number: categories.size };
    if (name !== '') categories.set(labelId, category);
    return category;
  }
}

/**
 * The names of a picture: first the name of the XML, since `filename` stays when files are renamed, then `filename`
 * and `path`.
 */
function namesOf(
  file: VocFile,
  xml: string,
  spellings: readonly string[],
): Pick<DatasetItem, 'path' | 'otherNames' | 'isStem'> {
  const own = nameIn(xml).replace(/(\.xml)+$/i, '');
  const place = folderOf(xml).replace(/(^|\/)(annotations?|xmls?|labels)$/i, '');
  const at = (name: string) => (place === '' ? name : `${place}/${name}`);
  const named = textIn(file.filename);
  const folder = textIn(file.folder);
  const beside = [
    ...(folder === '' ? [] : [`${folder}/${named}`]),
    textIn(file.path),
    ...spellings.map((one) => nameIn(one).replace(/(\.xml)+$/i, '')),
  ];
  if (named === '')
    return { path: at(own), isStem: true, otherNames: beside.filter((one) => /\w/.test(one)) };
  const isItsOwn = [stemOf(named), nameIn(named)].some((one) => one.toLowerCase() === own.toLowerCase());
  const others = [named, ...beside].filter((one) => one !== '');
  // A name without an extension means the picture with that stem.
  return isItsOwn
    ? { path: at(nameIn(named)), isStem: !nameIn(named).includes('.'), otherNames: others }
    : { path: at(own), isStem: true, otherNames: others };
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
