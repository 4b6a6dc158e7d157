import { crc32 } from './crc32';

/** Letters above 127 of the code pages of old DOS systems, which browsers cannot decode. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';
const CP850 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';

/** What packers write on systems of East Asia; what Japanese Windows writes comes first. */
const ENCODINGS = ['shift_jis', 'gbk', 'euc-kr', 'big5'];

/** A name in a zip, and what its bytes may mean besides where nothing says which encoding they are in. */
export interface ZipName {
  readonly path: string;
  readonly spellings: readonly string[];
}

/**
 * An entry's name: from the extra field that says it in UTF-8, where it belongs to these bytes (APPNOTE 4.6.9); else
 * in UTF-8 where the entry says so or where it is; else in an encoding that its bytes can be in.
 */
export function zipName(raw: Uint8Array, isUtf8: boolean, extra: DataView): ZipName {
  const told = unicodeName(raw, extra) ?? decoded(raw, 'utf-8', true);
  if (told !== null) return { path: told, spellings: [] };
  if (isUtf8) return { path: decoded(raw, 'utf-8', false)!, spellings: [] };
  const possible = [
    ...ENCODINGS.flatMap((encoding) => decoded(raw, encoding, true) ?? []),
    ...[CP850, CP437].map((letters) => ofCodePage(raw, letters)),
    decoded(raw, 'windows-1252', false)!,
  ];
  const [path = '', ...spellings] = new Set(possible);
  return { path, spellings };
}

/** The field holds a version, the checksum of the bytes that it stands for, and the name. */
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

/** Made once: a zip has many names, and most are in this. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Null: these bytes are not in that encoding. */
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
