import { AppError } from '$lib/domain/errors';
import { XMLValidator, type XMLParser } from 'fast-xml-parser';

/** Escapes text for an element or an attribute; characters that XML cannot represent are left out. */
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
 * Parses XML. Throws `format-invalid` with the line if the text is no XML, or has a document type: labels need
 * none, and its entities can refer to other files or expand to huge texts. The parser itself refuses names such as
 * `__proto__`.
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

/** The line of the first XML error, from 1; null if there is none. */
function brokenXmlLine(text: string): number | null {
  const type = text.search(DOCUMENT_TYPE);
  if (type >= 0) return text.slice(0, type).split('\n').length;
  // The parser itself accepts tags that do not match, and the package that replaces this validator is still too new.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const verdict = XMLValidator.validate(text);
  return verdict === true ? null : verdict.err.line;
}
