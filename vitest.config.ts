import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/compat/**', 'test/bench/**'],
    globalSetup: ['test/build.setup.ts', 'test/postgres.setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
