/**
 * Characters that a spreadsheet treats as the start of a formula, or skips before one. Spreadsheets treat full-width
 * signs like the plain ones.
 */
const FORMULA_START = /^[=+\-@\t\r\n＝＋－＠]/;
/**
 * A text that starts with an apostrophe of its own gets a second one, so that the reader can distinguish it from an
 * escape.
 */
const MARKED = /^'(?=['=+\-@\t\r\n＝＋－＠])/;

/**
 * Escapes a text as a cell of CSV or TSV: a text that a spreadsheet would run as a formula gets an apostrophe before
 * it, which `plainCell` removes again. Only for texts: a negative number stays a number.
 */
export const textCell = (text: string): string =>
  FORMULA_START.test(text) || text.startsWith("'") ? `'${text}` : text;

/** Reverses `textCell`. */
export const plainCell = (cell: string): string => cell.replace(MARKED, '');
