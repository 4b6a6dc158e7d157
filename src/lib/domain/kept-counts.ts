/**
 * Kinds of imported content that is preserved beside regions, annotations and pictures without being shown. See [Note:
 * Kept beside].
 */
export const KEPT_KINDS = [
  'second-label',
  'region-answer',
  'choice',
  'text',
  'answer',
  'relation',
  'outline',
  'mask',
  'keypoint',
  'shape',
  'attribute',
  'hidden',
  'rotation',
  'ground-truth',
  'score',
  'data',
  'key',
] as const;
export type KeptKind = (typeof KEPT_KINDS)[number];
export type KeptCounts = ReadonlyMap<KeptKind, number>;

export const addKept = (counts: Map<KeptKind, number>, kind: KeptKind, count: number): void => {
  counts.set(kind, (counts.get(kind) ?? 0) + count);
};

export function addAllKept(counts: Map<KeptKind, number>, more: KeptCounts | undefined): void {
  for (const [kind, count] of more ?? []) addKept(counts, kind, count);
}
