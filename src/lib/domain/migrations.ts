/** A stored record, before anything is known of its shape. */
export type Row = Readonly<Record<string, unknown>>;

export interface Migration {
  readonly to: number;
  readonly why: string;
  /** By table: the record in the shape of version `to`. A table not named here stays as it is. */
  readonly rows: Readonly<Record<string, (row: Row) => Row>>;
}

/** Append only. A released entry never changes: databases and archives out there depend on it. */
export const MIGRATIONS: readonly Migration[] = [];

export const SCHEMA_VERSION = MIGRATIONS.at(-1)?.to ?? 1;

/** Brings one row of a table from one schema version to another. Used by the database's upgrade and the archive reader. */
export function migrate(table: string, row: Row, from: number, to = SCHEMA_VERSION): Row {
  return MIGRATIONS.filter((step) => step.to > from && step.to <= to).reduce(
    (now, step) => step.rows[table]?.(now) ?? now,
    row,
  );
}
