import { defineConfig } from 'vitest/config';

// `npm run test:soak`: long runs of random kills. KILLS and MINUTES bound each of them (10000, 10).
export default defineConfig({
  test: {
    include: ['test/faults/**/*.soak.ts'],
    fileParallelism: false,
    disableConsoleIntercept: true,
    hookTimeout: 60_000,
  },
});
