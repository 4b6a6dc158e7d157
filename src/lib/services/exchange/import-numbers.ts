import type { IssueCode } from '$lib/domain/dataset';
import type { LabelId } from '$lib/domain/ids';
import { classNumbers, type Label } from '$lib/domain/project';

/** A class of a file that tells classes by number, and the project's label that it goes to. */
export interface NumberedClass {
  readonly labelId: LabelId;
  /** As the file has it. */
  readonly name: string;
  readonly number: number;
}

export type TellNumber = (
  code: IssueCode & `class-number-${string}`,
  one: Pick<NumberedClass, 'name' | 'number'>,
) => void;

/**
 * Gives labels that an import makes (`made`, the last ones of `labels`) the class numbers of its file. A number that
 * another label has, also one that it has by its place, stays there, and that is told; so is a label that was there
 * before (`met`) and has another number. Where all numbers are those that the labels have by their place in formats
 * that count from 0, none is made explicit: formats that count from 1 go on counting from 1, since to many trainers a
 * category 0 is the background.
 */
export function withFileNumbers(
  labels: readonly Label[],
  made: readonly NumberedClass[],
  met: readonly NumberedClass[],
  tell: TellNumber,
): readonly Label[] {
  const isMade = new Set(made.map(({ labelId }) => labelId));
  const before = labels.filter(({ id }) => !isMade.has(id));
  const taken = new Set(classNumbers(before, 0).values());
  const given = new Map<LabelId, number>();
  for (const one of made) {
    if (taken.has(one.number)) tell('class-number-taken', one);
    else given.set(one.labelId, one.number);
    taken.add(one.number);
  }
  const byPlace = classNumbers(labels, 0);
  const isByPlace = [...given].every(([id, number]) => byPlace.get(id) === number);
  const next = isByPlace
    ? labels
    : labels.map((label) => ({ ...label, classNumber: given.get(label.id) ?? label.classNumber }));
  const numbers = classNumbers(next, 0);
  for (const one of met) if (numbers.get(one.labelId) !== one.number) tell('class-number-differs', one);
  return next;
}
