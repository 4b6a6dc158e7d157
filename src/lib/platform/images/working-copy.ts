import type { Size } from '$lib/domain/geometry';

/**
 * [Note: Working copy]
 * A canvas holds a bounded picture (16,384 pixels a side at most, less on many graphics cards), and a person
 * looks at far fewer pixels. A picture beyond these bounds is shown through a smaller copy; its `size` stays the
 * full one, so that regions are in full-size pixels whatever is drawn beneath them.
 */
const MAX_SIDE = 8192;
const MAX_PIXELS = 48 * 1024 * 1024;

/** The size that a picture of this size is shown through. */
export function workingSize({ width, height }: Size, longest: number = MAX_SIDE): Size {
  const scale = Math.min(
    1,
    Math.min(longest, MAX_SIDE) / Math.max(width, height),
    Math.sqrt(MAX_PIXELS / (width * height)),
  );
  return {
    width: Math.max(1, Math.floor(width * scale)),
    height: Math.max(1, Math.floor(height * scale)),
  };
}

/** Draws a bitmap smaller and gives the old one back; one that fits stays as it is. */
export function shrink(image: ImageBitmap, target: Size): ImageBitmap {
  if (image.width <= target.width && image.height <= target.height) return image;
  const canvas = new OffscreenCanvas(target.width, target.height);
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'medium';
  context.drawImage(image, 0, 0, target.width, target.height);
  image.close();
  return canvas.transferToImageBitmap();
}
