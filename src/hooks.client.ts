import { notices } from '$lib/ui/notices.svelte';
import type { HandleClientError } from '@sveltejs/kit';

/** Shows unexpected errors of a page that is loading. */
export const handleError: HandleClientError = ({ error, message }) => {
  notices.showError(error);
  return { message };
};

addEventListener('unhandledrejection', (event) => notices.showError(event.reason));
addEventListener('error', (event) => {
  // ResizeObserver loop errors arrive without an error object; nothing failed.
  if (event.error !== undefined && event.error !== null) notices.showError(event.error);
});
