import type { JobRecord } from '$lib/services/ports/jobs';
import type { JobReport } from '$lib/services/ports/job-report';
import type { Language } from '$lib/ui/i18n/i18n.svelte';
import type { Messages } from '$lib/ui/i18n/en';
import { formatList } from '$lib/ui/format-list';

/** Counts of what an import added to the project. */
const TAKEN: readonly string[] = ['annotations', 'predictions', 'drafts', 'labels'];
/** Counts that are omitted if they are zero, because nobody asked for them. */
const LEFT_OUT_AT_ZERO: readonly string[] = [...TAKEN, 'unchanged'];

/** Words for the counts of a finished job. An import that added nothing says so first. */
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
