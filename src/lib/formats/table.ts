import { AppError } from '$lib/domain/errors';
import { plainCell, textCell } from '$lib/domain/spreadsheet';
import Papa from 'papaparse';
import type { ArchiveReader } from './format';
import { textOf } from './text';

export type TableRow = Readonly<Record<string, string>>;

/** The number of rows that become text at once. */
const SLICE = 500;

/**
 * A CSV table in pieces: the header, then the rows. Cells that a spreadsheet would run as formulas are escaped;
 * numbers stay numbers.
 */
export async function* csvText(
  columns: readonly string[],
  rows: AsyncIterable<readonly unknown[]>,
  delimiter: string,
): AsyncIterable<string> {
  const newline = '\r\n';
  const asText = (part: readonly (readonly unknown[])[]): string =>
    Papa.unparse(
      part.map((row) => row.map((cell) => (typeof cell === 'string' ? textCell(cell) : cell))),
      { delimiter, newline, escapeFormulae: false },
    ) + newline;
  yield asText([columns]);
  let waiting: (readonly unknown[])[] = [];
  for await (const row of rows) {
    waiting.push(row);
    if (waiting.length < SLICE) continue;
    yield asText(waiting);
    waiting = [];
  }
  if (waiting.length > 0) yield asText(waiting);
}

/**
 * The rows of a table by the names in its header, as `csvText` writes them. An unclosed quote is reported with its
 * row.
 */
export async function* csvRows(
  archive: ArchiveReader,
  path: string,
  delimiter: string,
): AsyncIterable<TableRow> {
  const header: string[] = [];
  let rest = '';
  let number = 0;
  const take = function* (text: string, isEnd: boolean): Iterable<TableRow> {
    const { data, errors } = Papa.parse<string[]>(text, { delimiter, skipEmptyLines: true });
    const broken = errors.find(({ type }) => type === 'Quotes');
    if (broken !== undefined && isEnd)
      throw new AppError('format-invalid', {
        path,
        place: `row ${number + (broken.row ?? 0) + 1}`,
        reason: 'cut-off',
      });
    for (const cells of data) {
      number += 1;
      if (header.length === 0) header.push(...cells.map((name) => name.trim()));
      else yield Object.fromEntries(header.map((name, at) => [name, plainCell(cells[at] ?? '')]));
    }
  };
  for await (const piece of textOf(archive, path)) {
    const text = rest + piece;
    const end = lastRowEnd(text);
    if (end > 0) yield* take(text.slice(0, end), false);
    rest = text.slice(end);
  }
  if (rest.trim() !== '') yield* take(rest, true);
  if (header.length === 0) throw new AppError('format-invalid', { path, reason: 'empty' });
}

/** Where the last whole row ends: a line break outside quotes. */
function lastRowEnd(text: string): number {
  let isQuoted = false;
  let end = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) isQuoted = !isQuoted;
    else if (code === 10 && !isQuoted) end = at + 1;
  }
  return end;
}
