import type { RegionKind, RegionOf } from '$lib/domain/region';
import type { Component } from 'svelte';
import BoxDetails from './BoxDetails.svelte';
import type { DetailsProps } from './details-props';

/** The component that shows the geometry of each kind of region. See [Note: Kinds of regions] in domain/region.ts. */
const DETAILS: { readonly [Kind in RegionKind]: Component<DetailsProps<RegionOf<Kind>>> } = {
  box: BoxDetails,
};

export const detailsOf = <Kind extends RegionKind>({
  kind,
}: {
  readonly kind: Kind;
}): Component<DetailsProps<RegionOf<Kind>>> => DETAILS[kind];
