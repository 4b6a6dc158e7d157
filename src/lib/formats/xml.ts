import { AppError } from '$lib/domain/errors';
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

/**
 * What a text says as XML. Throws `format-invalid` with the line where it is none, and where it has a document type:
 * labels need none, and entities that one defines can stand for other files, or for more text than fits. Names such
 * as `__proto__` for tags and attributes are refused by the parser itself.
 */
export function parseXml(parser: XMLParser, text: string, path: string): unknown {
  const line = brokenXmlLine(text);
  if (line !== null) throw new AppError('format-invalid', { path, place: `line ${line}`, reason: 'not-xml' });
  try {
    return parser.parse(text) as unknown;
  } catch (error) {
    throw new AppError('format-invalid', { path, reason: 'not-xml' }, { cause: error });
  }
}

const DOCUMENT_TYPE = /<!DOCTYPE/i;

/** The line where a text stops being XML that is taken, from 1; null where all of it is. */
function brokenXmlLine(text: string): number | null {
  const type = text.search(DOCUMENT_TYPE);
  if (type >= 0) return text.slice(0, type).split('\n').length;
  // The parser itself passes over tags that do not match; the package that is to follow this one is not out long.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const verdict = XMLValidator.validate(text);
  return verdict === true ? null : verdict.err.line;
}
