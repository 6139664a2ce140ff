import { defineConfig } from 'vitest/config';

// `npm run test:soak`: long runs. KILLS and MINUTES bound those of random kills (10000, 10).
export default defineConfig({
  test: {
    setupFiles: ['test/each-file.setup.ts'],
    include: ['test/**/*.soak.ts'],
    fileParallelism: false,
    disableConsoleIntercept: true,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
