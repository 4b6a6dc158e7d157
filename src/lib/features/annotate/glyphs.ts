import type { RegionKind } from '$lib/domain/region';

/** The small pictures of the list's lines; a kind of region has the one of its name. */
export type Glyph =
  RegionKind | 'eye' | 'eye-off' | 'lock' | 'lock-open' | 'note' | 'suggested' | 'crowd' | 'remove';

export const glyphAddress = (glyph: Glyph): string => `#glyph-${glyph}`;
