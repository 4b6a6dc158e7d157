import { fromBase64, toBase64 } from '$lib/binary/base64';
import { AppError } from '$lib/domain/errors';
import type { RandomAccess } from '$lib/binary/random-access';

/**
 * [Note: Encryption]
 * A backup with a passphrase is cut into chunks, each encrypted with AES-256-GCM. The key is derived from the
 * passphrase by PBKDF2 with a salt of this file alone, so a chunk's index, with a mark on the last chunk, suffices
 * as the nonce: no chunk can be changed, moved, removed or cut off without notice. The header with these parameters
 * is authenticated with every chunk. A separate encrypted check word tells a wrong passphrase from a damaged file.
 */
export interface EncryptionHeader {
  /** Always `AES-256-GCM`. */
  readonly cipher: string;
  /** Always `PBKDF2-SHA-256`. */
  readonly derivation: string;
  readonly iterations: number;
  readonly chunkBytes: number;
  /** In base64. */
  readonly salt: string;
  readonly check: string;
}

const ITERATIONS = 600_000;
/** A larger number in a hostile file would keep the browser deriving for hours. */
const MAX_ITERATIONS = 20_000_000;
const CHUNK = 1 << 20;
const TAG = 16;
const WORD = 'kakomi';
/** The chunk index of the check word, which no chunk ever has. */
const CHECK_PLACE = 2 ** 48 - 1;

interface Encryption {
  readonly header: EncryptionHeader;
  readonly key: CryptoKey;
  readonly about: Uint8Array<ArrayBuffer>;
}

export async function newEncryption(passphrase: string): Promise<Encryption> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await derive(passphrase, salt, ITERATIONS);
  const open = {
    cipher: 'AES-256-GCM',
    derivation: 'PBKDF2-SHA-256',
    iterations: ITERATIONS,
    chunkBytes: CHUNK,
    salt: toBase64(salt),
  } as const;
  const about = aboutOf(open);
  const check = await seal(key, about, CHECK_PLACE, true, new TextEncoder().encode(WORD));
  return { header: { ...open, check: toBase64(check) }, key, about };
}

/** Throws `passphrase-wrong`, or `backup-damaged` if the header is invalid. */
export async function openEncryption(header: EncryptionHeader, passphrase: string): Promise<Encryption> {
  const { iterations, chunkBytes } = header;
  const isSound =
    header.cipher === 'AES-256-GCM' &&
    header.derivation === 'PBKDF2-SHA-256' &&
    iterations > 0 &&
    iterations <= MAX_ITERATIONS &&
    chunkBytes > 0 &&
    chunkBytes <= 64 * CHUNK;
  if (!isSound) throw new AppError('backup-damaged', { path: 'encryption.json' });
  const key = await derive(passphrase, fromBase64(header.salt), iterations);
  const about = aboutOf(header);
  try {
    await unseal(key, about, CHECK_PLACE, true, fromBase64(header.check));
  } catch (error) {
    throw new AppError('passphrase-wrong', {}, { cause: error });
  }
  return { header, key, about };
}

/** Encrypts a stream of bytes, chunk by chunk. */
export async function* encrypted(
  source: ReadableStream<Uint8Array>,
  { key, about }: Encryption,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const reader = source.getReader();
  let chunk = new Uint8Array(CHUNK);
  let filled = 0;
  let place = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      for (let at = 0; at < value.length;) {
        if (filled === CHUNK) {
          yield await seal(key, about, place, false, chunk);
          place += 1;
          chunk = new Uint8Array(CHUNK);
          filled = 0;
        }
        const part = value.subarray(at, at + CHUNK - filled);
        chunk.set(part, filled);
        filled += part.length;
        at += part.length;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  yield await seal(key, about, place, true, chunk.subarray(0, filled));
}

const KEPT_CHUNKS = 4;

/** The decrypted bytes of a file, chunk by chunk on demand. */
export function decrypted(source: RandomAccess, { header, key, about }: Encryption): RandomAccess {
  const whole = header.chunkBytes + TAG;
  const count = Math.max(1, Math.ceil(source.size / whole));
  const kept = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  const chunk = (place: number): Promise<Uint8Array<ArrayBuffer>> => {
    const known = kept.get(place);
    if (known !== undefined) return known;
    if (kept.size >= KEPT_CHUNKS) kept.delete(kept.keys().next().value!);
    const read = open(place);
    kept.set(place, read);
    return read;
  };
  return {
    size: source.size - count * TAG,
    async read(from, to) {
      const end = Math.min(to, source.size - count * TAG);
      const bytes = new Uint8Array(Math.max(0, end - from));
      for (let at = from; at < end;) {
        const place = Math.floor(at / header.chunkBytes);
        const start = at - place * header.chunkBytes;
        const part = (await chunk(place)).subarray(start, start + end - at);
        bytes.set(part, at - from);
        at += part.length;
      }
      return bytes;
    },
  };

  async function open(place: number): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const bytes = await source.read(place * whole, Math.min(source.size, (place + 1) * whole));
      return await unseal(key, about, place, place === count - 1, bytes);
    } catch (error) {
      throw new AppError('backup-damaged', { path: 'content', position: place * whole }, { cause: error });
    }
  }
}

async function derive(
  passphrase: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(passphrase.normalize('NFC'));
  const base = await crypto.subtle.importKey('raw', bytes, 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations },
    base,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

const parameters = (about: Uint8Array<ArrayBuffer>, place: number, isLast: boolean) => {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setBigUint64(0, BigInt(place));
  iv[11] = isLast ? 1 : 0;
  return { name: 'AES-GCM', iv, additionalData: about };
};

const seal = async (
  key: CryptoKey,
  about: Uint8Array<ArrayBuffer>,
  place: number,
  isLast: boolean,
  bytes: Uint8Array<ArrayBuffer>,
) => new Uint8Array(await crypto.subtle.encrypt(parameters(about, place, isLast), key, bytes));

const unseal = async (
  key: CryptoKey,
  about: Uint8Array<ArrayBuffer>,
  place: number,
  isLast: boolean,
  bytes: Uint8Array<ArrayBuffer>,
) => new Uint8Array(await crypto.subtle.decrypt(parameters(about, place, isLast), key, bytes));

const aboutOf = ({ cipher, derivation, iterations, chunkBytes, salt }: Omit<EncryptionHeader, 'check'>) =>
  new TextEncoder().encode(JSON.stringify([cipher, derivation, iterations, chunkBytes, salt]));
