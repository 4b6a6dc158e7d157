import type { Size } from '$lib/domain/geometry';
import type { Placement } from './placement';

/**
 * Boxes that may become detections, in pixels of the network's input. Each is four numbers: left, top, right,
 * bottom.
 */
export class Candidates {
  count = 0;
  boxes: Float32Array;
  scores: Float32Array;
  classes: Int32Array;
  /** In radians, clockwise on the screen, about each box's centre; null if all boxes are upright. */
  angles: Float32Array | null = null;

  constructor(capacity = 512) {
    this.boxes = new Float32Array(capacity * 4);
    this.scores = new Float32Array(capacity);
    this.classes = new Int32Array(capacity);
  }

  /** Leaves out a box if one of its corners is not finite. */
  addCorners(left: number, top: number, right: number, bottom: number, score: number, classNumber: number) {
    if (!Number.isFinite(left + top + right + bottom)) return;
    if (this.count === this.scores.length) this.#grow();
    const at = this.count * 4;
    this.boxes[at] = left;
    this.boxes[at + 1] = top;
    this.boxes[at + 2] = right;
    this.boxes[at + 3] = bottom;
    this.scores[this.count] = score;
    this.classes[this.count] = classNumber;
    this.count += 1;
  }

  addCentre(x: number, y: number, width: number, height: number, score: number, classNumber: number) {
    const [halfWidth, halfHeight] = [width / 2, height / 2];
    this.addCorners(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, score, classNumber);
  }

  /** `angle` is in radians, clockwise on the screen, about the centre. */
  addTurned(
    x: number,
    y: number,
    width: number,
    height: number,
    angle: number,
    score: number,
    classNumber: number,
  ) {
    if (!Number.isFinite(angle)) return;
    const before = this.count;
    this.addCentre(x, y, width, height, score, classNumber);
    this.angles ??= new Float32Array(this.scores.length);
    if (this.count > before) this.angles[before] = angle;
  }

  /** Scales boxes given as fractions of the input's size to its pixels. */
  scale({ width, height }: Size): this {
    for (let at = 0; at < this.count * 4; at += 2) {
      this.boxes[at]! *= width;
      this.boxes[at + 1]! *= height;
    }
    return this;
  }

  /** Does the same if the boxes can only be fractions of the input's size: none of their numbers reaches 2. */
  scaleIfParts(input: Size): this {
    for (let at = 0; at < this.count * 4; at += 1) if (Math.abs(this.boxes[at]!) >= 2) return this;
    return this.scale(input);
  }

  /** Maps boxes from pixels of the picture to pixels of the input that the picture was placed in. */
  intoInput({ picture, content }: Placement): this {
    this.scale({ width: content.width / picture.width, height: content.height / picture.height });
    for (let at = 0; at < this.count * 4; at += 2) {
      this.boxes[at]! += content.x;
      this.boxes[at + 1]! += content.y;
    }
    return this;
  }

  #grow() {
    const { boxes, scores, classes } = this;
    this.boxes = new Float32Array(boxes.length * 2);
    this.boxes.set(boxes);
    this.scores = new Float32Array(scores.length * 2);
    this.scores.set(scores);
    this.classes = new Int32Array(classes.length * 2);
    this.classes.set(classes);
    if (this.angles === null) return;
    const angles = new Float32Array(this.angles.length * 2);
    angles.set(this.angles);
    this.angles = angles;
  }
}
