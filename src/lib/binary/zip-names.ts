import { crc32 } from './crc32';

/** The characters above 127 of the DOS code page 437, which browsers cannot decode. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';
const CP850 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';

/** The encodings of packers on East Asian systems, in the order in which they are tried. */
const ENCODINGS = ['shift_jis', 'gbk', 'euc-kr', 'big5'];

/** A name in a zip, and its other possible readings if its encoding is unknown. */
export interface ZipName {
  readonly path: string;
  readonly spellings: readonly string[];
}

/**
 * Decodes an entry's name: from the extra field with a UTF-8 name, if its checksum matches these bytes (APPNOTE
 * 4.6.9); else as UTF-8 if the entry says so or the bytes are valid UTF-8; else by an encoding that the bytes are
 * valid in.
 */
export function zipName(raw: Uint8Array, isUtf8: boolean, extra: DataView): ZipName {
  const utf8Name = unicodeName(raw, extra) ?? decoded(raw, 'utf-8', true);
  if (utf8Name !== null) return { path: utf8Name, spellings: [] };
  if (isUtf8) return { path: decoded(raw, 'utf-8', false)!, spellings: [] };
  const possible = [
    ...ENCODINGS.flatMap((encoding) => decoded(raw, encoding, true) ?? []),
    ...[CP850, CP437].map((letters) => ofCodePage(raw, letters)),
    decoded(raw, 'windows-1252', false)!,
  ];
  const [path = '', ...spellings] = new Set(possible);
  return { path, spellings };
}

/** The field holds a version, the checksum of the raw name, and the name in UTF-8. */
function unicodeName(raw: Uint8Array, extra: DataView): string | null {
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const [id, length] = [extra.getUint16(at, true), extra.getUint16(at + 2, true)];
    const end = at + 4 + length;
    if (id === 0x7075 && length > 5 && end <= extra.byteLength && extra.getUint8(at + 4) === 1) {
      if (extra.getUint32(at + 5, true) !== crc32(raw)) return null;
      return decoded(new Uint8Array(extra.buffer, extra.byteOffset + at + 9, length - 5), 'utf-8', true);
    }
    at = end;
  }
  return null;
}

/** Created once, because a zip has many names and most are UTF-8. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Returns null if the bytes are invalid in that encoding. */
function decoded(bytes: Uint8Array, encoding: string, fatal: boolean): string | null {
  try {
    const decoder = encoding === 'utf-8' && fatal ? UTF8 : new TextDecoder(encoding, { fatal });
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

const ofCodePage = (bytes: Uint8Array, letters: string): string =>
  Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : letters[byte - 128]!)).join('');
