import type { Size } from '$lib/domain/geometry';

/**
 * [Note: Working copy]
 * A canvas has a limited size (16,384 pixels per side at most, less on many graphics cards), and a screen has far
 * fewer pixels. A picture beyond these limits is shown as a smaller copy; its `size` stays that of the picture, so
 * that regions are always in full-size pixels.
 */
const MAX_SIDE = 8192;
const MAX_PIXELS = 48 * 1024 * 1024;

/** The size of the copy that a picture of this size is shown as. */
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

/** Draws a bitmap at a smaller size and closes the original; a bitmap that fits is returned unchanged. */
export function shrink(image: ImageBitmap, target: Size): ImageBitmap {
  if (image.width <= target.width && image.height <= target.height) return image;
  const canvas = new OffscreenCanvas(target.width, target.height);
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'medium';
  context.drawImage(image, 0, 0, target.width, target.height);
  image.close();
  return canvas.transferToImageBitmap();
}
