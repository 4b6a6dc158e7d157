import jpeg from 'jpeg-js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { drawPicture } from './draw.mjs';

/** Draws the sample project's pictures and writes the truth beside them. Twice gives the same bytes. */
const FOLDER = 'static/sample';
const COUNT = 24;
const HEALTHY = new Set([5, 11, 16, 22]);
const FIRST_SEED = 100;
const QUALITY = 82;

/** @type {{ id: number, file_name: string, width: number, height: number }[]} */
const images = [];
/** @type {object[]} */
const annotations = [];
mkdirSync(`${FOLDER}/pictures`, { recursive: true });
for (let id = 1; id <= COUNT; id += 1) {
  const { width, height, pixels, polyps } = drawPicture(FIRST_SEED + id, { healthy: HEALTHY.has(id) });
  const name = `mucosa-${String(id).padStart(3, '0')}.jpg`;
  writeFileSync(
    `${FOLDER}/pictures/${name}`,
    jpeg.encode({ width, height, data: Buffer.from(pixels.buffer) }, QUALITY).data,
  );
  images.push({ id, file_name: name, width, height });
  for (const box of polyps) {
    const bbox = [box.x, box.y, box.width, box.height];
    annotations.push({
      id: annotations.length + 1,
      image_id: id,
      category_id: 1,
      bbox,
      area: box.width * box.height,
      iscrowd: 0,
    });
  }
}
const truth = { images, annotations, categories: [{ id: 1, name: 'polyp' }] };
writeFileSync(`${FOLDER}/truth.json`, `${JSON.stringify(truth)}\n`);
writeFileSync(
  `${FOLDER}/index.json`,
  `${JSON.stringify({ pictures: images.map((image) => image.file_name) })}\n`,
);
