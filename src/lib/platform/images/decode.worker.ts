import { decode } from './decode';
import { serveDecoder } from './decode-protocol';

/** Decodes the formats that the browser knows. */
serveDecoder((file, _, longest) => decode(file, longest));
