/** A stored record, before anything is known of its shape. */
export type Row = Readonly<Record<string, unknown>>;
