import {
  regionsOf,
  stateOf,
  type Category,
  type Dataset,
  type DatasetItem,
  type Split,
} from '$lib/domain/dataset';
import { clamp, turnedCorners, type Size } from '$lib/domain/geometry';
import { stringify } from 'yaml';
import { classOf, uprightBox, writable } from './boxes';
import { encode, type Encoders } from './encoders';
import type { Format, OutputText, WriteOptions } from './format';
import { stemOf } from './paths';
import { pieces } from './text';
import { yoloLikeness } from './yolo-layout';
import { readYolo } from './yolo-read';
import { FORMAT_TRAITS } from './traits';

/** The numbers after a line's class. See [Note: Encoders]. */
type YoloEncoders = Encoders<[size: Size], readonly number[]>;

export const YOLO_ENCODERS: Readonly<Record<'yolo' | 'yolo-obb', YoloEncoders>> = {
  yolo: {
    /** Centre and size as fractions of the picture; for a turned box, of the upright box around it. */
    box: (box, size) => {
      const { x, y, width, height } = uprightBox(box);
      return [
        (x + width / 2) / size.width,
        (y + height / 2) / size.height,
        width / size.width,
        height / size.height,
      ];
    },
  },
  'yolo-obb': {
    /**
     * The four corners, clockwise from the one that was top left before turning, as fractions of the picture;
     * training code rejects values outside 0..1.
     */
    box: (box, size) =>
      turnedCorners(box, box.rotation).flatMap(([x, y]) => [
        clamp(x / size.width, 0, 1),
        clamp(y / size.height, 0, 1),
      ]),
  },
};

/** YOLO boxes: `data.yaml`, and one line per box in `labels/<stem>.txt`. */
export const yolo: Format = yoloFormat('yolo');
/** YOLO's oriented boxes: the same, with corners instead of centre and size. */
export const yoloObb: Format = yoloFormat('yolo-obb');

function yoloFormat(id: 'yolo' | 'yolo-obb'): Format {
  return {
    ...FORMAT_TRAITS[id],
    id,
    picturePath: (fileName, split) => `${split === null ? '' : `${split}/`}images/${fileName}`,
    async sniff(archive) {
      const { score, hasCorners } = await yoloLikeness(archive);
      return hasCorners === (id === 'yolo-obb') ? score : score * 0.9;
    },
    read: (archive, context) => readYolo(archive, context, id),

    async *write(dataset: Dataset, { splits }: WriteOptions): AsyncIterable<OutputText> {
      const names = [...dataset.categories].sort((a, b) => a.number - b.number);
      yield { path: 'data.yaml', content: pieces(dataYaml(names, splits)) };
      if (names.every(({ number }, at) => number === at))
        yield {
          path: 'classes.txt',
          content: pieces(names.map(({ name }) => `${oneLine(name)}\n`).join('')),
        };
      for await (const item of dataset.items()) {
        const text = linesOf(item, dataset.categories, YOLO_ENCODERS[id]);
        const folder = splits.length === 0 ? '' : `${item.split ?? splits[0]!}/`;
        if (text !== null)
          yield { path: `${folder}labels/${stemOf(item.fileName)}.txt`, content: pieces(text) };
      }
    },
  };
}

const oneLine = (name: string): string => name.replace(/[\r\n]+/g, ' ');

/**
 * Writes `data.yaml` as training code reads it. It always has `train` and `val`, since all trainers need both. It
 * has no `path`: a relative one is resolved in the trainer's own folders, and without it the file's own folder
 * counts. Names stand by number, so that explicit class numbers with gaps are kept.
 */
function dataYaml(names: readonly Category[], splits: WriteOptions['splits']): string {
  const folderOf = (split: Split | undefined) => (split === undefined ? 'images' : `${split}/images`);
  const [first] = splits;
  const has = (split: Split) => (splits.includes(split) ? split : first);
  return stringify({
    train: folderOf(has('train')),
    val: folderOf(has('valid')),
    ...(splits.includes('test') ? { test: folderOf('test') } : {}),
    nc: names.length,
    names: new Map(names.map(({ number, name }) => [number, name])),
  });
}

/**
 * Returns null if nobody finished the picture, so that it gets no file; a deliberately empty picture gets an empty
 * file.
 */
function linesOf(item: DatasetItem, categories: readonly Category[], encoders: YoloEncoders): string | null {
  const { size } = item;
  const isOpen = stateOf(item) === 'unfinished' && regionsOf(item).length === 0;
  if (size === null || isOpen) return null;
  const numberOf = new Map(categories.map(({ labelId, number }) => [labelId, number]));
  return regionsOf(item)
    .map((region) => {
      const numbers = encode(encoders, region, size).map((value) => digits(writable(value, item.path)));
      return `${classOf(region, numberOf, item.path)} ${numbers.join(' ')}\n`;
    })
    .join('');
}

/** Ten digits resolve a ten-thousandth of a pixel in any picture, and are never written with an exponent. */
const digits = (value: number): string => value.toFixed(10).replace(/\.?0+$/, '');
