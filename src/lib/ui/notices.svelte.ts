import { AppError } from '$lib/domain/errors';
import { errorText } from './error-text';
import { i18n } from './i18n/i18n.svelte';

export interface Notice {
  readonly id: number;
  readonly text: string;
  /** What a developer would want to know; null for a failure that we foresee. */
  readonly detail: string | null;
}

/** The one place that turns an unknown thrown thing into words. */
class Notices {
  #lastId = 0;
  list = $state.raw<readonly Notice[]>([]);

  tell(text: string, detail: string | null = null): void {
    if (this.list.some((notice) => notice.text === text)) return;
    this.list = [...this.list, { id: (this.#lastId += 1), text, detail }];
  }

  /** What the person stopped is no failure; what we foresee has words; the rest can be copied. */
  readonly fail = (error: unknown): void => {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    if (error instanceof AppError) this.tell(errorText(i18n.language, error.code, error.about));
    else
      this.tell(
        i18n.t.errors.unexpected,
        error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error),
      );
  };

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }
}

export const notices = new Notices();
