import { serveDecoder } from '../decode-protocol';
import { decodePage } from './decode-page';

/** TIFF has a worker of its own, because its code is large and rarely needed. */
serveDecoder(decodePage);
