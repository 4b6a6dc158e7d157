import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  // Two cores: two browsers at once would only measure each other.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ...(process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ? [['json'] as ['json']] : [])],
  projects: [
    { name: 'headless', testIgnore: /picker\.spec\.ts/ },
    { name: 'picker', testMatch: /picker\.spec\.ts/ },
  ],
});
