import { AppError } from '$lib/domain/errors';
import type { ModelRefusal } from '$lib/domain/model-refusal';

/** Only this many bytes of a file are read. */
const READ_BYTES = 1024;
const LFS_POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v\d+\n/;
const WEB_PAGE = /^\s*(<!--[\s\S]*?-->\s*)?<(!doctype\s+html|html|head|body)\b/i;
/** safetensors files begin with the header's length, in eight bytes. */
const SAFETENSORS_LENGTH_BYTES = 8;

/** File formats of other programs: name, offset of the signature, signature. */
const FORMATS: readonly (readonly [name: string, from: number, bytes: string])[] = [
  ['HDF5 (Keras)', 0, '\x89HDF\r\n'],
  ['TensorFlow Lite', 4, 'TFL3'],
  ['GGUF', 0, 'GGUF'],
  ['gzip', 0, '\x1f\x8b'],
  ['7z', 0, '7z\xbc\xaf'],
  ['RAR', 0, 'Rar!\x1a'],
  ['PDF', 0, '%PDF-'],
  ['PNG', 0, '\x89PNG\r\n'],
  ['JPEG', 0, '\xff\xd8\xff'],
  ['NumPy', 0, '\x93NUMPY'],
  ['TensorRT', 0, 'ftrt'],
];

/**
 * Refuses a file that is not a model at all, or that belongs to another program, and says what it is: downloads
 * often leave an LFS pointer, a web page or an error text under the model's name. Reads only the first kilobyte.
 */
export async function refuseStandIn(file: Blob, name: string): Promise<void> {
  const refuse = (reason: StandIn, about: Readonly<Record<string, string | number>> = {}): never => {
    throw new AppError('model-unsupported', { reason, name, ...about });
  };
  if (file.size === 0) refuse('empty-file');
  const bytes = new Uint8Array(await file.slice(0, READ_BYTES).arrayBuffer());
  const text = new TextDecoder().decode(bytes).replace(/^\uFEFF/, '');
  if (LFS_POINTER.test(text)) {
    const size = Number(/\nsize (\d+)/.exec(text)?.[1] ?? 0);
    refuse('lfs-pointer', { bytes: file.size, size });
  }
  if (WEB_PAGE.test(text)) refuse('web-page');
  if (isSafetensors(bytes, text, file.size)) refuse('safetensors');
  const known = FORMATS.find(([, from, begin]) =>
    Array.from(begin).every((letter, at) => bytes[from + at] === letter.charCodeAt(0)),
  );
  if (known !== undefined) refuse('other-format', { format: known[0] });
  if (isText(bytes)) refuse('text-file');
}

type StandIn = Extract<
  ModelRefusal,
  'empty-file' | 'lfs-pointer' | 'web-page' | 'safetensors' | 'other-format' | 'text-file'
>;

/** Whether the file begins with the length of a JSON header and that header. */
function isSafetensors(bytes: Uint8Array, text: string, size: number): boolean {
  if (bytes.length < SAFETENSORS_LENGTH_BYTES + 2) return false;
  const length = new DataView(bytes.buffer).getBigUint64(0, true);
  if (length < 2n || length > BigInt(size) || bytes[SAFETENSORS_LENGTH_BYTES] !== 0x7b) return false;
  return /"(__metadata__|dtype|data_offsets)"/.test(text);
}

/**
 * Whether every byte may occur in text. An `.onnx` begins with the protobuf tag 8, and a `.pth` with a zip or a
 * pickle.
 */
const isText = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
