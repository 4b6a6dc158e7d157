import type { ClassBoxes } from './best-boxes';

/** Groups boxes by their classes, in the order in which equal scores are ranked. */
export class ByClass {
  readonly #classes: { readonly boxes: number[]; readonly scores: number[] }[];

  constructor(classes: number) {
    this.#classes = Array.from({ length: classes }, () => ({ boxes: [], scores: [] }));
  }

  add(classNumber: number, score: number, box: Float32Array): void {
    const { boxes, scores } = this.#classes[classNumber]!;
    boxes.push(box[0]!, box[1]!, box[2]!, box[3]!);
    scores.push(score);
  }

  lists(): readonly ClassBoxes[] {
    return this.#classes.map(({ boxes, scores }) => ({
      boxes: Float32Array.from(boxes),
      scores: Float32Array.from(scores),
    }));
  }
}
