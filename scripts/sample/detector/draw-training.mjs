import { mkdirSync, writeFileSync } from 'node:fs';
import { drawPicture } from '../draw.mjs';
import { HEALTHY_EVERY, TRAINING } from './seeds.mjs';

/**
 * Draws what the sample's detector learns from: `node scripts/sample/detector/draw-training.mjs FOLDER`.
 *
 * FOLDER gets `pictures.rgb`, one picture behind the other, three bytes a pixel, WIDTH x HEIGHT, and `truth.json`, the
 * boxes of each in the pixels of a whole picture (640 x 512). Drawn at half a picture's size and halved once more, which
 * is quick and, after that much shrinking, shows the same. Twice gives the same bytes.
 */
const [WIDTH, HEIGHT] = [160, 128];
const DRAWN = 2;

const [folder = ''] = process.argv.slice(2);
if (folder === '') throw new Error('name the folder to write to');
mkdirSync(folder, { recursive: true });

const whole = new Uint8Array(TRAINING.count * WIDTH * HEIGHT * 3);
/** @type {number[][][]} Left, top, right, bottom. */
const truth = [];
for (let at = 0; at < TRAINING.count; at += 1) {
  const { pixels, polyps } = drawPicture(TRAINING.first + at, {
    healthy: at % HEALTHY_EVERY === 0,
    width: WIDTH * DRAWN,
    height: HEIGHT * DRAWN,
  });
  whole.set(halved(pixels), at * WIDTH * HEIGHT * 3);
  truth.push(polyps.map(({ x, y, width, height }) => [x, y, x + width, y + height].map((side) => side * 2)));
  if (at % 100 === 99) console.log(`${at + 1} of ${TRAINING.count} drawn`);
}
writeFileSync(`${folder}/pictures.rgb`, whole);
writeFileSync(`${folder}/truth.json`, JSON.stringify({ width: WIDTH, height: HEIGHT, truth }));

/** Each pixel the mean of two by two, without opacity. */
function halved(/** @type {Uint8ClampedArray} */ rgba) {
  const small = new Uint8Array(WIDTH * HEIGHT * 3);
  const pitch = WIDTH * DRAWN * 4;
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const from = y * DRAWN * pitch + x * DRAWN * 4;
      for (let channel = 0; channel < 3; channel += 1) {
        const four = [from, from + 4, from + pitch, from + pitch + 4];
        const sum = four.reduce((total, corner) => total + /** @type {number} */ (rgba[corner + channel]), 0);
        small[(y * WIDTH + x) * 3 + channel] = Math.round(sum / 4);
      }
    }
  }
  return small;
}
