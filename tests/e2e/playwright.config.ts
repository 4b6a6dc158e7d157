import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  // Most of a test is waiting for a browser that starts, reads and writes.
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ...(process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ? [['json'] as ['json']] : [])],
  projects: [
    { name: 'headless', testIgnore: /picker\.spec\.ts/, grepInvert: /@heavy/ },
    { name: 'heavy', testIgnore: /picker\.spec\.ts/, grep: /@heavy/ },
    { name: 'picker', testMatch: /picker\.spec\.ts/ },
  ],
});
