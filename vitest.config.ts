import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: 'test/servers/global-setup.ts',
    // Processes, as servers that a test starts end together with the process that started them.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 45_000,
    teardownTimeout: 15_000,
    // The Pub/Sub client looks for a metadata server otherwise, which takes seconds outside Google's cloud.
    env: { METADATA_SERVER_DETECTION: 'none' },
    retry: 0,
    watch: false,
  },
});
