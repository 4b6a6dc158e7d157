import { regionsOf, stateOf, type Dataset, type DatasetItem } from '$lib/domain/dataset';
import type { Region } from '$lib/domain/region';
import { classOf, uprightBox, writable } from './boxes';
import { encode, type Encoders } from './encoders';
import type { Format, OutputText, WriteOptions } from './format';
import { stemOf } from './paths';
import { firstText, pieces } from './text';
import { FORMAT_TRAITS } from './traits';
import { OWN_DATABASE } from './voc-object';
import { readVoc } from './voc-read';
import { xmlText } from './xml';

/** Pascal VOC: one XML per picture, in whole pixels. */
export const voc: Format = {
  ...FORMAT_TRAITS.voc,
  id: 'voc',
  picturePath: (fileName, split) => `${split === null ? '' : `${split}/`}images/${fileName}`,

  async sniff(archive) {
    const files = archive.paths.filter((path) => /\.xml$/i.test(path));
    for (const path of files.slice(0, 3))
      if (/<annotation[\s>]/.test(await firstText(archive, path))) return 0.9;
    return 0;
  },

  async *write(dataset: Dataset, { splits }: WriteOptions): AsyncIterable<OutputText> {
    const nameOf = new Map(dataset.categories.map(({ labelId, name }) => [labelId, name]));
    for await (const item of dataset.items()) {
      const isOpen = stateOf(item) === 'unfinished' && regionsOf(item).length === 0;
      if (item.size === null || isOpen) continue;
      const folder = splits.length === 0 ? '' : `${item.split ?? splits[0]!}/`;
      const text = annotationXml(item, (region) => classOf(region, nameOf, item.path));
      yield { path: `${folder}Annotations/${stemOf(item.fileName)}.xml`, content: pieces(text) };
    }
  },
  read: readVoc,
};

/** The element with the place of an object. See [Note: Encoders]. */
export const VOC_ENCODERS: Encoders<[path: string], string> = {
  box: (box, path) => {
    const { x, y, width, height } = uprightBox(box);
    const corners = { xmin: x, ymin: y, xmax: x + width, ymax: y + height };
    const numbers = Object.entries(corners).map(
      ([key, value]) => `<${key}>${Math.round(writable(value, path))}</${key}>`,
    );
    return `<bndbox>${numbers.join('')}</bndbox>`;
  },
};

function annotationXml(item: DatasetItem, nameOf: (region: Region) => string): string {
  const objects = regionsOf(item).map((region) => {
    const place = encode(VOC_ENCODERS, region, item.path);
    return `  <object><name>${xmlText(nameOf(region))}</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>${place}</object>\n`;
  });
  const { width, height } = item.size!;
  return `<annotation>
  <folder>images</folder>
  <filename>${xmlText(item.fileName)}</filename>
  <source><database>${OWN_DATABASE}</database></source>
  <size><width>${width}</width><height>${height}</height><depth>3</depth></size>
  <segmented>0</segmented>
${objects.join('')}</annotation>
`;
}
