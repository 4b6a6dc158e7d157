/** Encodes a bitmap as a small file for lists, and closes the bitmap. */
export async function thumbnailOf(image: ImageBitmap): Promise<Blob> {
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext('2d')!.drawImage(image, 0, 0);
  image.close();
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 });
}
