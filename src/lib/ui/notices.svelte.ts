import { AppError } from '$lib/domain/errors';
import { access } from './access.svelte';
import { Countdown } from './countdown';
import { errorText } from './error-text';
import { i18n } from './i18n/i18n.svelte';

export type NoticeTone = 'success' | 'information' | 'warning' | 'error';

export interface NoticeRequest {
  readonly tone: NoticeTone;
  readonly text: string;
  /** The one thing that can be done about it; doing it closes the notice. */
  readonly action?: { readonly label: string; readonly run: () => unknown };
  /** How long it stays, in milliseconds; null: until it is closed. Without it, as long as its tone stays. */
  readonly durationMs?: number | null;
  /** A later notice with the same key replaces this one. */
  readonly key?: string;
  /** What a developer would want to know. */
  readonly detail?: string;
}

export interface Notice extends NoticeRequest {
  readonly id: number;
}

/** Time to read, in milliseconds: what went well leaves by itself, what went wrong waits for its reader. */
const DURATION_MS: Readonly<Record<NoticeTone, number | null>> = {
  success: 6_000,
  information: 8_000,
  warning: null,
  error: null,
};

/** What the app has to say by itself; also the one place that turns an unknown thrown thing into words. */
class Notices {
  #lastId = 0;
  readonly #countdowns = new Map<number, Countdown>();
  /** Oldest first. */
  list = $state.raw<readonly Notice[]>([]);

  /** Shows a notice and returns its id. */
  tell(request: NoticeRequest): number {
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

  /** What the person stopped is no failure; what we foresee has words; the rest can be copied. */
  readonly fail = (error: unknown): void => {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    if (error instanceof AppError)
      this.tell({
        tone: 'error',
        text: errorText(i18n.language, error.code, error.about),
        // See [Note: Allow Access] in access.svelte.ts.
        ...(error.code === 'permission-needed' && {
          key: error.code,
          action: { label: i18n.t.storage.allow, run: () => access.allow() },
        }),
      });
    else if (isPartGone(error))
      this.tell({ tone: 'error', text: errorText(i18n.language, 'version-gone', {}) });
    else
      this.tell({
        tone: 'error',
        text: i18n.t.errors.unexpected,
        detail: error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error),
      });
  };

  /** Closes the notice and does what it offers. */
  async act({ id, action }: Notice): Promise<void> {
    this.dismiss(id);
    try {
      await action?.run();
    } catch (error) {
      this.fail(error);
    }
  }

  dismiss(id: number): void {
    this.#countdowns.get(id)?.stop();
    this.#countdowns.delete(id);
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  /** Stops the time of a notice that somebody is reading or about to press. */
  hold(id: number): void {
    this.#countdowns.get(id)?.hold();
  }

  release(id: number): void {
    this.#countdowns.get(id)?.release();
  }
}

/** A part that is fetched when it is needed was not to be had: Chromium, Firefox and Safari each say it in their words. */
const isPartGone = (error: unknown): boolean =>
  error instanceof TypeError &&
  /dynamically imported module|importing a module script failed/i.test(error.message);

export const notices = new Notices();
