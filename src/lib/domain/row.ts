/** A stored record whose shape has not been checked. */
export type Row = Readonly<Record<string, unknown>>;
