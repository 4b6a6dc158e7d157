import { dev, version } from '$app/environment';
import { resolve } from '$app/paths';
import { boot } from '$lib/boot';
import { firstLanguage, i18n } from '$lib/ui/i18n/i18n.svelte';

export const ssr = false;
export const prerender = true;

export function load() {
  const services = boot({ base: resolve('/').replace(/\/$/, ''), hasWorker: !dev, version });
  i18n.language = firstLanguage(services.preferences.get('language'), navigator.language);
  return { services };
}
