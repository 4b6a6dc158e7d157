import type { RegionKind } from '$lib/domain/region';

/** Names of the icons in the region list. Each kind of region has an icon of the same name. */
export type Glyph =
  RegionKind | 'eye' | 'eye-off' | 'lock' | 'lock-open' | 'note' | 'suggested' | 'crowd' | 'remove';

export const glyphAddress = (glyph: Glyph): string => `#glyph-${glyph}`;
