/**
 * What a spreadsheet takes for the start of a formula, or passes over before one; it reads the full-width signs as
 * the plain ones.
 */
const FORMULA_START = /^[=+\-@\t\r\n＝＋－＠]/;
/** An apostrophe of its own gets a second one, so that the reader can tell it from ours. */
const MARKED = /^'(?=['=+\-@\t\r\n＝＋－＠])/;

/**
 * Text as a cell of CSV or TSV: what a spreadsheet would run gets an apostrophe before it, which `plainCell` takes
 * off again. Only for text: a negative number is a number.
 */
export const textCell = (text: string): string =>
  FORMULA_START.test(text) || text.startsWith("'") ? `'${text}` : text;

/** The text that `textCell` was given. */
export const plainCell = (cell: string): string => cell.replace(MARKED, '');
