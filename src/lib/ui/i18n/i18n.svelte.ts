import { en, type Messages } from './en';
import { ja } from './ja';

export type Language = 'ja' | 'en';

const MESSAGES: Readonly<Record<Language, Messages>> = { ja, en };
export const LANGUAGES: readonly Language[] = ['ja', 'en'];

/** The language of the whole document, which `<html lang>` follows. */
class I18n {
  language = $state<Language>('en');

  /** All words in the current language. */
  get t(): Messages {
    return MESSAGES[this.language];
  }

  /** Formats a date and time. */
  moment(at: number): string {
    return new Intl.DateTimeFormat(this.language, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
  }
}

export const i18n = new I18n();

/** The language at the first visit: the stored choice, or else the browser's. */
export const firstLanguage = (kept: string | null, browser: string): Language =>
  kept === 'ja' || kept === 'en' ? kept : browser.toLowerCase().startsWith('ja') ? 'ja' : 'en';
