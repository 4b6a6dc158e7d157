import adapter from '@sveltejs/adapter-static';
import { DIRECTIVES } from './src/content-policy.js';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    adapter: adapter({ pages: process.env.BUILD_DIR ?? 'build', fallback: '404.html' }),
    // A sub-path, as on the project pages of static hosts: BASE_PATH=/kakomi npm run build
    // Not relative: the router changes the address, and links in the head must not move with it.
    paths: { base: /** @type {'' | `/${string}`} */ (process.env.BASE_PATH ?? ''), relative: false },
    // The first page's styles come with the page; a request costs more than their few kilobytes.
    inlineStyleThreshold: 8192,
    // Files for the host (`_headers`, `.htaccess`) are not served by it: the service worker would ask in vain.
    serviceWorker: { register: false, files: (name) => !/^[_.]/.test(name) },
    // Only a fixed id: this file is read in several processes, and a changing one blanks the page.
    ...(process.env.BUILD_ID ? { version: { name: process.env.BUILD_ID } } : {}),
    csp: {
      mode: 'hash',
      directives: DIRECTIVES,
    },
  },
};
