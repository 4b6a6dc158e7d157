import type { Category } from '$lib/domain/dataset';
import { AppError } from '$lib/domain/errors';
import { classNumbers, cocoIds, type Project } from '$lib/domain/project';
import { exportTraits, formatIdOf, type ExportKind } from './export-kinds';

/**
 * The project's labels as the classes of an export, numbered from `first`; in COCO, labels that were imported with an
 * id keep it. `closesGaps` renumbers them from 0 without gaps, in the order of their numbers. Two classes with the same
 * number would be merged in a format that identifies classes by number, so such an export is refused.
 */
export function categoriesOf(
  { labels }: Project,
  kind: ExportKind,
  first: number,
  closesGaps = false,
): readonly Category[] {
  const ids = formatIdOf(kind) === 'coco' ? cocoIds(labels) : null;
  const numbers = classNumbers(
    labels.map((label) => ({ ...label, classNumber: label.classNumber ?? ids?.get(label.id) ?? null })),
    first,
  );
  const order = [...labels].sort((a, b) => numbers.get(a.id)! - numbers.get(b.id)!);
  const closed = new Map(order.map(({ id }, at) => [id, at]));
  const categories = labels.map(({ id, name, extra }) => ({
    labelId: id,
    name,
    number: (closesGaps ? closed : numbers).get(id)!,
    ...(extra === undefined ? {} : { extra }),
  }));
  if (!exportTraits(kind).capabilities.classNumbers) return categories;
  const byNumber = new Map<number, string>();
  for (const { name, number } of categories) {
    const other = byNumber.get(number);
    if (other !== undefined) throw new AppError('class-number-repeated', { number, name, other });
    byNumber.set(number, name);
  }
  return categories;
}
