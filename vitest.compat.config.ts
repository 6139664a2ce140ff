import { defineConfig } from 'vitest/config';

// `npm run test:compat`: the packed product on other versions of Node and in other programs, from test/compat/. A step of its
// own, since those are more than a gigabyte.
export default defineConfig({
  test: {
    setupFiles: ['test/each-file.setup.ts'],
    include: ['test/compat/*.compat.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
