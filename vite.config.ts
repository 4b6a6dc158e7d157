import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  plugins: [sveltekit()],
  // One file a worker: the offline list names the workers, not the parts that they would fetch later.
  worker: { format: 'es', rolldownOptions: { output: { codeSplitting: false } } },
  build: { target: 'es2022', assetsInlineLimit: 0 },
  server: { headers: isolated },
  preview: { headers: isolated },
  test: {
    include: ['tests/unit/**/*.test.ts'],
    setupFiles: ['fake-indexeddb/auto'],
    environment: 'node',
    // Shared machines are slow; only what hangs should fail by the clock.
    testTimeout: 60_000,
  },
});
