import { visibleName } from '$lib/domain/visible-name';
import { i18n } from './i18n/i18n.svelte';

/** The path or name of a picture for display, with its page number unless that is 1. */
export const pageName = (path: string, page: number): string =>
  page > 1 ? i18n.t.sync.page(visibleName(path), page) : visibleName(path);
