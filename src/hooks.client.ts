import { notices } from '$lib/ui/notices.svelte';
import type { HandleClientError } from '@sveltejs/kit';

/** What nobody foresaw while a page was loading. */
export const handleError: HandleClientError = ({ error, message }) => {
  notices.fail(error);
  return { message };
};

addEventListener('unhandledrejection', (event) => notices.fail(event.reason));
addEventListener('error', (event) => event.error !== undefined && notices.fail(event.error));
