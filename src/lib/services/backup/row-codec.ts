import { fromBase64, toBase64 } from '$lib/binary/base64';
import type { Row } from '$lib/domain/row';

/**
 * Encodes rows as lines of JSON, including types that JSON lacks: maps, dates and bytes. A blob is stored in an entry
 * of its own, which the row refers to.
 */
const MARK = '$kakomi';

export function encodeRow(row: Row, keepBlob: (blob: Blob) => string): string {
  return JSON.stringify(encode(row, keepBlob));
}

function encode(value: unknown, keepBlob: (blob: Blob) => string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => encode(part, keepBlob));
  if (value instanceof Map)
    return {
      [MARK]: 'map',
      entries: [...value].map(([key, part]) => [encode(key, keepBlob), encode(part, keepBlob)]),
    };
  if (value instanceof Date) return { [MARK]: 'date', time: value.getTime() };
  if (value instanceof Blob) return { [MARK]: 'blob', entry: keepBlob(value), type: value.type };
  if (value instanceof ArrayBuffer) return { [MARK]: 'bytes', text: toBase64(new Uint8Array(value)) };
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return { [MARK]: 'view', kind: value.constructor.name, text: toBase64(bytes) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, encode(part, keepBlob)]));
}

export async function decodeRow(
  text: string,
  blobOf: (entry: string, type: string) => Promise<Blob>,
): Promise<Row> {
  // Most rows hold nothing but JSON.
  const row: unknown = JSON.parse(text);
  return (text.includes(`"${MARK}"`) ? await decode(row, blobOf) : row) as Row;
}

async function decode(
  value: unknown,
  blobOf: (entry: string, type: string) => Promise<Blob>,
): Promise<unknown> {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Promise.all(value.map((part) => decode(part, blobOf)));
  const row = value as Readonly<Record<string, unknown>>;
  switch (row[MARK]) {
    case 'map':
      return new Map((await decode(row['entries'], blobOf)) as readonly (readonly [unknown, unknown])[]);
    case 'date':
      return new Date(Number(row['time']));
    case 'blob':
      return blobOf(String(row['entry']), String(row['type']));
    case 'bytes':
      return fromBase64(String(row['text'])).buffer;
    case 'view':
      return viewOf(String(row['kind']), fromBase64(String(row['text'])));
    default: {
      const parts = Object.entries(row).map(
        async ([key, part]) => [key, await decode(part, blobOf)] as const,
      );
      return Object.fromEntries(await Promise.all(parts));
    }
  }
}

function viewOf(kind: string, bytes: Uint8Array<ArrayBuffer>): unknown {
  switch (kind) {
    case 'Float32Array':
      return new Float32Array(bytes.buffer);
    case 'Float64Array':
      return new Float64Array(bytes.buffer);
    case 'Int32Array':
      return new Int32Array(bytes.buffer);
    default:
      return bytes;
  }
}
