import { defineConfig } from 'vitest/config';

// `npm run bench`: prints tables, and never fails because of a time.
export default defineConfig({
  test: {
    setupFiles: ['test/each-file.setup.ts'],
    include: ['test/bench/**/*.bench.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 60_000,
    disableConsoleIntercept: true,
  },
});
