import type { Rect, Size } from '$lib/domain/geometry';
import type { DetectorSettings } from '$lib/domain/model';

/** Where a picture lies in the network's input (letterboxing). */
export interface Placement {
  readonly picture: Size;
  /** The size of the network's input, in pixels. */
  readonly input: Size;
  /** The part of the input that the whole picture fills, in whole pixels. */
  readonly content: Rect;
}

/**
 * Places a picture in the network's input. If the input's size follows the picture, its sides are multiples of
 * `multiple`.
 */
export function place(
  picture: Size,
  { fit, inputSize }: Pick<DetectorSettings, 'fit' | 'inputSize'>,
  multiple = 1,
): Placement {
  if (fit === 'native' || inputSize === null) {
    const up = (length: number) => Math.ceil(length / multiple) * multiple;
    const input = { width: up(picture.width), height: up(picture.height) };
    return { picture, input, content: { x: 0, y: 0, ...sizeOf(picture) } };
  }
  const input = sizeOf(inputSize);
  if (fit === 'stretch') return { picture, input, content: { x: 0, y: 0, ...input } };
  const scale = Math.min(input.width / picture.width, input.height / picture.height);
  const width = Math.max(1, Math.min(input.width, Math.round(picture.width * scale)));
  const height = Math.max(1, Math.min(input.height, Math.round(picture.height * scale)));
  // An odd pixel of padding goes to the right and to the bottom, as in the training code of such models.
  const x = fit === 'corner' ? 0 : Math.floor((input.width - width) / 2);
  const y = fit === 'corner' ? 0 : Math.floor((input.height - height) / 2);
  return { picture, input, content: { x, y, width, height } };
}

const sizeOf = ({ width, height }: Size): Size => ({ width, height });

/** Maps a box, given by its corners in pixels of the input, to pixels of the picture. */
export function toPicture(
  { picture, content }: Placement,
  left: number,
  top: number,
  right: number,
  bottom: number,
): Rect {
  const scaleX = picture.width / content.width;
  const scaleY = picture.height / content.height;
  return {
    x: (left - content.x) * scaleX,
    y: (top - content.y) * scaleY,
    width: (right - left) * scaleX,
    height: (bottom - top) * scaleY,
  };
}
