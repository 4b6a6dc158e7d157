/**
 * Characters of a file name that are invisible, or that change the order of the others: format and control characters,
 * and spaces other than the plain one. Joiners stay, because emoji and some scripts need them; Japanese's wide space is
 * visible.
 */
const INVISIBLE = /(?!\u200C|\u200D|\u3000| )[\p{Cf}\p{Cc}\p{Zs}\p{Zl}\p{Zp}]/gu;
const AT_THE_END = / (?=\.[^./ ]*$|$)/g;

const codeOf = (character: string): string =>
  `⟨U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`;

/**
 * A name or path in which look-alikes are distinguishable: invisible characters are replaced by their code, as in
 * `zero⟨U+200B⟩width.png`. Only for showing: the name itself stays as it is.
 */
export const visibleName = (name: string): string =>
  name.replace(INVISIBLE, codeOf).replace(AT_THE_END, codeOf);
