import { epochMs, type EpochMs } from '$lib/domain/ids';
import { isFields, type Fields } from '$lib/domain/kept';

export const isoOf = (time: EpochMs): string => new Date(time).toISOString();

/**
 * Our files name the annotator; Label Studio's have a user, which different versions write as a number or as an
 * object.
 */
export function annotatorOf(holder: Fields): string {
  if (typeof holder['annotator'] === 'string') return holder['annotator'];
  const user = holder['completed_by'] ?? holder['annotator'];
  if (isFields(user)) {
    const name = [user['first_name'], user['last_name']]
      .filter((part) => typeof part === 'string' && part !== '')
      .join(' ');
    if (name !== '') return name;
    const mark = user['email'] ?? user['id'];
    return typeof mark === 'string' || typeof mark === 'number' ? String(mark) : '';
  }
  return typeof user === 'number' || typeof user === 'string' ? String(user) : '';
}

export function timeOf(value: unknown): EpochMs | null {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(time) ? epochMs(time) : null;
}
