import { defineConfig } from 'vitest/config';

// `npm run bench`: prints tables. What is promised of composites and masks is judged (test/bench/bars.ts): memory always,
// times where nothing else runs on the machine.
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
