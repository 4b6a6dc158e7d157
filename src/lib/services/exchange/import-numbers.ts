import type { IssueCode } from '$lib/domain/dataset';
import type { LabelId } from '$lib/domain/ids';
import { classNumbers, type Label } from '$lib/domain/project';

/** A class of a file that identifies classes by number, and the project's label that it is mapped to. */
export interface NumberedClass {
  readonly labelId: LabelId;
  /** The name in the file. */
  readonly name: string;
  readonly number: number;
}

export type OnNumberIssue = (
  code: IssueCode & `class-number-${string}`,
  one: Pick<NumberedClass, 'name' | 'number'>,
) => void;

/**
 * Gives the labels that an import creates (`made`, the last ones of `labels`) the class numbers of its file. A number
 * that another label has, even implicitly by its position, stays with that label, and this is reported; so is an
 * existing label (`met`) that has another number. If all numbers equal those that the labels have by position in
 * formats that count from 0, none is made explicit: formats that count from 1 go on counting from 1, since many
 * trainers treat category 0 as the background.
 */
export function withFileNumbers(
  labels: readonly Label[],
  made: readonly NumberedClass[],
  met: readonly NumberedClass[],
  onIssue: OnNumberIssue,
): readonly Label[] {
  const isMade = new Set(made.map(({ labelId }) => labelId));
  const before = labels.filter(({ id }) => !isMade.has(id));
  const taken = new Set(classNumbers(before, 0).values());
  const given = new Map<LabelId, number>();
  for (const one of made) {
    if (taken.has(one.number)) onIssue('class-number-taken', one);
    else given.set(one.labelId, one.number);
    taken.add(one.number);
  }
  const byPlace = classNumbers(labels, 0);
  const isByPlace = [...given].every(([id, number]) => byPlace.get(id) === number);
  const next = isByPlace
    ? labels
    : labels.map((label) => ({ ...label, classNumber: given.get(label.id) ?? label.classNumber }));
  const numbers = classNumbers(next, 0);
  for (const one of met) if (numbers.get(one.labelId) !== one.number) onIssue('class-number-differs', one);
  return next;
}
