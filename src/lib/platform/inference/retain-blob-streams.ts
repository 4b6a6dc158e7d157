/**
 * [Note: Held streams]
 * Chromium (seen in 156) may garbage-collect the byte stream of a Blob while a read is pending: if nothing else
 * references the stream, the read never settles. ONNX Runtime reads weights in this way. Streams that are read by
 * chunks, and reads of a whole part, were tested under constant garbage collection and always settle.
 */
const held = new Set<ReadableStream>();

/**
 * The same bytes; the streams of its slices are retained until `releaseBlobStreams`. See [Note: Held streams].
 */
export function retainBlobStreams(blob: Blob): Blob {
  const whole = blob.slice();
  whole.slice = (...range) => {
    const part = blob.slice(...range);
    part.stream = () => {
      const stream = Blob.prototype.stream.call(part);
      held.add(stream);
      return stream;
    };
    return part;
  };
  return whole;
}

/** Called when no read is pending any more. */
export const releaseBlobStreams = (): void => held.clear();
