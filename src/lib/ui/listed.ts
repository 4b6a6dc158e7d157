import type { Language } from './i18n/i18n.svelte';

/** Things in a row, as each language punctuates them. */
export const listed = (language: Language, things: readonly string[]): string =>
  things.join(language === 'ja' ? '、' : ', ');

/** What is said of something: `name: words`. */
export const saidOf = (language: Language, what: string, words: string): string =>
  `${what}${language === 'ja' ? '：' : ': '}${words}`;
