import { decode } from './decode';
import { serveDecoder } from './decode-protocol';

/** What the browser's own decoders know. */
serveDecoder((file, _, longest) => decode(file, longest));
