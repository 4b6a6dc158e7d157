import type { ProjectId } from '$lib/domain/ids';
import type { Row } from '$lib/domain/row';
import type { RowsOf } from './backup-file';

/** New ids for everything in those projects that exist here already, so that both can exist side by side. */
export async function besideIds(
  tables: readonly string[],
  rowsOf: RowsOf,
  here: ReadonlySet<ProjectId>,
  makeId: () => string,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const table of tables) {
    for await (const portion of rowsOf(table)) {
      for (const row of portion) {
        const project = table === 'projects' ? row['id'] : row['projectId'];
        if (typeof row['id'] === 'string' && here.has(project as ProjectId)) ids.set(row['id'], makeId());
      }
    }
  }
  return ids;
}

/** Replaces ids wherever they occur in a row; an id may be part of a longer one, separated by a slash. */
export function withIds(row: Row, ids: ReadonlyMap<string, string>): Row {
  return ids.size === 0 ? row : (exchanged(row, ids) as Row);
}

function exchanged(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') {
    const whole = ids.get(value);
    if (whole !== undefined) return whole;
    const cut = value.indexOf('/');
    const first = cut > 0 ? ids.get(value.slice(0, cut)) : undefined;
    return first === undefined ? value : first + value.slice(cut);
  }
  if (typeof value !== 'object' || value === null || value instanceof Blob || ArrayBuffer.isView(value))
    return value;
  if (Array.isArray(value)) return value.map((part) => exchanged(part, ids));
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [key, exchanged(part, ids)]));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, exchanged(part, ids)]));
}

/** Renames a project if another project has its name. */
export function renamed(row: Row, names: Set<string>): Row {
  const name = String(row['name']);
  let free = name;
  for (let count = 2; names.has(free); count += 1) free = `${name} (${count})`;
  names.add(free);
  return { ...row, name: free };
}
