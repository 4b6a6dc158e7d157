/** Text as it stands between tags or in an attribute; characters that XML has no way to write are left out. */
export const xmlText = (text: string): string =>
  Array.from(text)
    .filter((letter) => letter >= ' ' || letter === '\t' || letter === '\n')
    .map((letter) => ESCAPES[letter] ?? letter)
    .join('');

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
