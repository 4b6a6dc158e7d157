import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    adapter: adapter({ pages: process.env.BUILD_DIR ?? 'build', fallback: '404.html' }),
    // A sub-path, as on the project pages of static hosts: BASE_PATH=/kakomi npm run build
    // Not relative: the router changes the address, and links in the head must not move with it.
    paths: { base: /** @type {'' | `/${string}`} */ (process.env.BASE_PATH ?? ''), relative: false },
    // The first page's styles come with the page; a request costs more than their few kilobytes.
    inlineStyleThreshold: 8192,
    serviceWorker: { register: false },
    // Only a fixed id: this file is read in several processes, and a changing one blanks the page.
    ...(process.env.BUILD_ID ? { version: { name: process.env.BUILD_ID } } : {}),
    csp: {
      mode: 'hash',
      directives: {
        'default-src': ['none'],
        'script-src': ['self', 'wasm-unsafe-eval'],
        'style-src': ['self'],
        // The router's announcer carries a style attribute.
        'style-src-attr': ['unsafe-inline'],
        'img-src': ['self', 'blob:', 'data:'],
        'font-src': ['self'],
        'connect-src': ['self'],
        'worker-src': ['self'],
        'manifest-src': ['self'],
        'base-uri': ['none'],
        'form-action': ['none'],
        'object-src': ['none'],
      },
    },
  },
};
