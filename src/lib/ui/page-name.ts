import { visibleName } from '$lib/domain/visible-name';
import { i18n } from './i18n/i18n.svelte';

/** A picture's path or name as people read it: with its page, where that is not the first of its file. */
export const pageName = (path: string, page: number): string =>
  page > 1 ? i18n.t.sync.page(visibleName(path), page) : visibleName(path);
