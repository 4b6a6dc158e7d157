import { AppError } from '$lib/domain/errors';
import type { Services } from '$lib/services/services';
import { errorText } from '$lib/ui/error-text';
import { i18n } from '$lib/ui/i18n/i18n.svelte';
import { notices } from '$lib/ui/notices.svelte';

/** The error of a storage's filter, shown beside its field. */
export class FilterError {
  readonly #services: Services;
  text = $state<string | null>(null);

  constructor(services: Services) {
    this.#services = services;
  }

  /** Runs a step if the filter is a valid pattern. Other errors are shown as notices. */
  async runIfValid(filter: string, step: () => Promise<void>): Promise<void> {
    this.text = null;
    try {
      const problem = filter === '' ? null : await this.#services.sources.checkPattern(filter);
      if (problem) this.text = i18n.t.storage.patternAt(problem.index + 1, problem.reason);
      else await step();
    } catch (error) {
      if (error instanceof AppError && error.code.startsWith('pattern-'))
        this.text = errorText(i18n.language, error.code, error.about);
      else notices.showError(error);
    }
  }
}
