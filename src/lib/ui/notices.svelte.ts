import { AppError } from '$lib/domain/errors';
import { access } from './access.svelte';
import { Countdown } from './countdown';
import { errorText } from './error-text';
import { i18n } from './i18n/i18n.svelte';

export type NoticeTone = 'success' | 'information' | 'warning' | 'error';

export interface NoticeRequest {
  readonly tone: NoticeTone;
  readonly text: string;
  /** The one action that the notice offers. Running it closes the notice. */
  readonly action?: { readonly label: string; readonly run: () => unknown };
  /** Time until the notice closes, in milliseconds. Null keeps it open; the default depends on the tone. */
  readonly durationMs?: number | null;
  /** A later notice with the same key replaces this one. */
  readonly key?: string;
  /** Technical details for a developer. */
  readonly detail?: string;
}

export interface Notice extends NoticeRequest {
  readonly id: number;
}

/** Time to read a notice, in milliseconds. Warnings and errors stay until they are closed. */
const DURATION_MS: Readonly<Record<NoticeTone, number | null>> = {
  success: 6_000,
  information: 8_000,
  warning: null,
  error: null,
};

/** Notices to the user. Every unexpected error is turned into words here. */
class Notices {
  #lastId = 0;
  readonly #countdowns = new Map<number, Countdown>();
  /** Notices, oldest first. */
  list = $state.raw<readonly Notice[]>([]);

  /** Shows a notice and returns its id. */
  show(request: NoticeRequest): number {
    const { tone, text, action, key, durationMs = DURATION_MS[tone] } = request;
    const same = this.list.find((notice) =>
      key === undefined ? notice.key === undefined && notice.text === text : notice.key === key,
    );
    if (same && durationMs === null && !action && same.text === text) return same.id;
    if (same) this.dismiss(same.id);
    const id = (this.#lastId += 1);
    this.list = [...this.list, { ...request, id }];
    if (durationMs !== null) this.#countdowns.set(id, new Countdown(durationMs, () => this.dismiss(id)));
    return id;
  }

  /**
   * Shows an error. Aborts are ignored, an AppError has its own words, and the details of any other error can be
   * copied.
   */
  readonly showError = (error: unknown): void => {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    if (error instanceof AppError)
      this.show({
        tone: 'error',
        text: errorText(i18n.language, error.code, error.about),
        // See [Note: Allow Access] in access.svelte.ts.
        ...(error.code === 'permission-needed' && {
          key: error.code,
          action: { label: i18n.t.storage.allow, run: () => access.allow() },
        }),
      });
    else if (isPartGone(error))
      this.show({ tone: 'error', text: errorText(i18n.language, 'version-gone', {}) });
    else
      this.show({
        tone: 'error',
        text: i18n.t.errors.unexpected,
        detail: error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error),
      });
  };

  /** Closes the notice and runs its action. */
  async runAction({ id, action }: Notice): Promise<void> {
    this.dismiss(id);
    try {
      await action?.run();
    } catch (error) {
      this.showError(error);
    }
  }

  dismiss(id: number): void {
    this.#countdowns.get(id)?.stop();
    this.#countdowns.delete(id);
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  /** Pauses the timer of a notice that somebody is reading or about to press. */
  hold(id: number): void {
    this.#countdowns.get(id)?.hold();
  }

  release(id: number): void {
    this.#countdowns.get(id)?.release();
  }
}

/** True if a lazily loaded module is gone. Chromium, Firefox and Safari each have their own message for that. */
const isPartGone = (error: unknown): boolean =>
  error instanceof TypeError &&
  /dynamically imported module|importing a module script failed/i.test(error.message);

export const notices = new Notices();
