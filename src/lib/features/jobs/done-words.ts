import type { JobRecord } from '$lib/services/ports/jobs';
import type { JobReport } from '$lib/services/ports/job-report';
import type { Language } from '$lib/ui/i18n/i18n.svelte';
import type { Messages } from '$lib/ui/i18n/en';
import { formatList } from '$lib/ui/format-list';

/** The counts of what an import brought into the project. */
const TAKEN: readonly string[] = ['annotations', 'predictions', 'drafts', 'labels'];
/** An import leaves these out where they are zero: nobody had asked for drafts, say. */
const LEFT_OUT_AT_ZERO: readonly string[] = [...TAKEN, 'unchanged'];

/** The counts of a job that is done, as words. An import that took nothing says so first. */
export function doneWords(
  language: Language,
  words: Pick<Messages['jobs'], 'counts' | 'nothingTaken'>,
  kind: JobRecord['kind'],
  counts: JobReport['counts'],
): string {
  const isImport = kind === 'import-dataset';
  const hasTaken = TAKEN.some((name) => (counts[name] ?? 0) > 0);
  return formatList(language, [
    ...(isImport && !hasTaken ? [words.nothingTaken] : []),
    ...Object.entries(counts)
      .filter(([name, count]) => !isImport || count > 0 || !LEFT_OUT_AT_ZERO.includes(name))
      .map(([name, count]) => `${words.counts[name] ?? name} ${count.toLocaleString(language)}`),
  ]);
}
