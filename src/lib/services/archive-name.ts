import { withoutForbidden } from '$lib/formats/paths';

/** `<project>-<format>-<YYYY-MM-DD-HH-MM>.<ending>`, in local time, without what file systems forbid in names. */
export function archiveName(project: string, format: string, at: Date, ending = 'zip'): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const name = withoutForbidden(project).replace(/^[.\s]+|[.\s]+$/g, '');
  return `${name === '' ? 'project' : name.slice(0, 80)}-${format}-${day}-${two(at.getHours())}-${two(at.getMinutes())}.${ending}`;
}
