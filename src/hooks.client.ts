import { notices } from '$lib/ui/notices.svelte';
import type { HandleClientError } from '@sveltejs/kit';

/** What nobody foresaw while a page was loading. */
export const handleError: HandleClientError = ({ error, message }) => {
  notices.fail(error);
  return { message };
};

addEventListener('unhandledrejection', (event) => notices.fail(event.reason));
addEventListener('error', (event) => {
  // A list that lays itself out anew when the window changes is told by an event without an error: nothing failed.
  if (event.error !== undefined && event.error !== null) notices.fail(event.error);
});
