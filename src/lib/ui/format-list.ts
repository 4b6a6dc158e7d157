import type { Language } from './i18n/i18n.svelte';

/** Joins things with the language's comma. */
export const formatList = (language: Language, things: readonly string[]): string =>
  things.join(language === 'ja' ? '、' : ', ');

/** Joins a name and a statement about it with the language's colon: `name: words`. */
export const formatPair = (language: Language, what: string, words: string): string =>
  `${what}${language === 'ja' ? '：' : ': '}${words}`;
