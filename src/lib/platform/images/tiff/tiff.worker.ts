import { serveDecoder } from '../decode-protocol';
import { decodePage } from './decode-page';

/** TIFF has a worker of its own: its code is large, and most people never meet one. */
serveDecoder(decodePage);
