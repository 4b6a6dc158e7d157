/**
 * [Note: Held streams]
 * Chromium (seen in 156) may collect the byte stream of a Blob while somebody waits for its next bytes: if nothing
 * else holds the stream, that wait never ends. ONNX Runtime reads weights so. Streams that are read by chunks, and
 * reads of a whole part, were tried under constant collection and always end.
 */
const held = new Set<ReadableStream>();

/** The same bytes; the streams of its parts live until they are let go. See [Note: Held streams]. */
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

/** When nobody reads any more. */
export const releaseBlobStreams = (): void => held.clear();
