import { XMLValidator, type XMLParser } from 'fast-xml-parser';

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

/** Null for what the parser refuses: names such as `__proto__` for tags and attributes, entities beyond its bounds. */
export function parsedXml(parser: XMLParser, text: string): unknown {
  try {
    return parser.parse(text);
  } catch {
    return null;
  }
}

/** The line where a text stops being XML, from 1; null where all of it is. */
export function brokenXmlLine(text: string): number | null {
  // The parser itself passes over tags that do not match; the package that is to follow this one is not out long.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const verdict = XMLValidator.validate(text);
  return verdict === true ? null : verdict.err.line;
}
