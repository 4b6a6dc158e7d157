import type { Category } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import { classNumbers, type Project } from '$lib/domain/project';
import { exportTraits, type ExportKind } from '../export-kinds';

/**
 * The project's labels as the classes of an export, numbered from `first`. Two classes of one number would become
 * one in a format that tells classes by number, so that such an export is refused.
 */
export function categoriesOf({ labels }: Project, kind: ExportKind, first: number): readonly Category[] {
  const numbers = classNumbers(labels, first);
  const categories = labels.map(({ id, name }) => ({ labelId: id, name, number: numbers.get(id)! }));
  if (!exportTraits(kind).carries.classNumbers) return categories;
  const byNumber = new Map<number, string>();
  for (const { name, number } of categories) {
    const other = byNumber.get(number);
    if (other !== undefined) throw new AppError('class-number-repeated', { number, name, other });
    byNumber.set(number, name);
  }
  return categories;
}
