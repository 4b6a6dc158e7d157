import { sveltekit } from '@sveltejs/kit/vite';
import { defaultClientConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * What every page needs, in one file: a browser asks a plain static host for six files at a time, so twenty
 * small ones cost the first visit more than their bytes do. What only workers decode and judge stays out.
 */
const FIRST_PAGE = {
  name: 'core',
  test: /node_modules\/(svelte|@sveltejs|esm-env|clsx|dexie|workbox-window|workbox-core)\/|src\/lib\/(boot|binary|domain(?!\/evaluation)|services|platform(?!\/images\/(upright-copy|tiff\/(?!tiff-directory))))|src\/lib\/ui\/(i18n|Button|Notices|Thumbnail|error-text|notices|notice-places|countdown|hold-time)/,
};

export default defineConfig({
  plugins: [sveltekit()],
  // ONNX Runtime's own files stay files: threads of it load them, and no page before it needs them.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  // One file a worker: the service worker knows their names, and not those of pieces of theirs.
  worker: { format: 'es', rolldownOptions: { output: { codeSplitting: false } } },
  build: { target: 'es2022', assetsInlineLimit: 0 },
  environments: {
    client: { build: { rolldownOptions: { output: { codeSplitting: { groups: [FIRST_PAGE] } } } } },
  },
  server: { headers: isolated },
  preview: { headers: isolated },
  test: {
    include: ['tests/unit/**/*.test.ts'],
    setupFiles: ['fake-indexeddb/auto'],
    environment: './tests/runes-environment.ts',
    // Shared machines are slow; only what hangs should fail by the clock.
    testTimeout: 60_000,
  },
});
