import type { BoxColumns } from './columns';

/** The boxes of each label, picture by picture; `picture`: of each box. */
export interface ByLabel {
  /** Places of boxes, those of a label together. */
  readonly places: Uint32Array;
  /** Where each label begins in `places`; one more at the end. */
  readonly starts: Uint32Array;
  readonly picture: Uint32Array;
}

export function groupedByLabel({ starts, label }: BoxColumns, labelCount: number): ByLabel {
  const count = label.length;
  const picture = new Uint32Array(count);
  for (let at = 0; at + 1 < starts.length; at += 1) picture.fill(at, starts[at], starts[at + 1]);
  const begins = new Uint32Array(labelCount + 1);
  for (let at = 0; at < count; at += 1) begins[label[at]! + 1]! += 1;
  for (let at = 0; at < labelCount; at += 1) begins[at + 1]! += begins[at]!;
  const next = begins.slice();
  const places = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) {
    const of = label[at]!;
    places[next[of]!] = at;
    next[of]! += 1;
  }
  return { places, starts: begins, picture };
}

/** From a place in a label's list on: where its next picture begins. */
export function endOfPicture({ places, picture }: ByLabel, from: number, end: number): number {
  const of = picture[places[from]!]!;
  let at = from + 1;
  while (at < end && picture[places[at]!] === of) at += 1;
  return at;
}
