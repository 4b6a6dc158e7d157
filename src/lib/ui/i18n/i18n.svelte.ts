import { en, type Messages } from './en';
import { ja } from './ja';

export type Language = 'ja' | 'en';

const MESSAGES: Readonly<Record<Language, Messages>> = { ja, en };
export const LANGUAGES: readonly Language[] = ['ja', 'en'];

/** The page's language. One for the whole document, as `<html lang>` is. */
class I18n {
  language = $state<Language>('en');

  /** All words in the current language. */
  get t(): Messages {
    return MESSAGES[this.language];
  }

  /** A moment as people here write it. */
  moment(at: number): string {
    return new Intl.DateTimeFormat(this.language, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
  }
}

export const i18n = new I18n();

/** The language to begin with: the kept choice, else the browser's. */
export const firstLanguage = (kept: string | null, browser: string): Language =>
  kept === 'ja' || kept === 'en' ? kept : browser.toLowerCase().startsWith('ja') ? 'ja' : 'en';
