import { defineConfig } from 'vitest/config';

// `npm run test:pack`: the package as users install it. A step of its own, since npm has to install it.
export default defineConfig({
  test: {
    setupFiles: ['test/each-file.setup.ts'],
    include: ['test/**/*.pack.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
