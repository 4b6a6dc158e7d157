import { decode } from './decode';
import { answer, type DecodeQuestion } from './decode-protocol';

/** What the browser's own decoders know. */
self.onmessage = ({ data }: MessageEvent<DecodeQuestion>) =>
  void answer(data, (file, _, longest) => decode(file, longest));
