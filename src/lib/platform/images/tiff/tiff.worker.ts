import { answer, type DecodeQuestion } from '../decode-protocol';
import { decodePage } from './decode-page';

/** TIFF has a worker of its own: its code is large, and most people never meet one. */
self.onmessage = ({ data }: MessageEvent<DecodeQuestion>) => void answer(data, decodePage);
