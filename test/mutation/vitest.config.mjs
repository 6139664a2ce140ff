/** For the tests of seeded mistakes: they need neither a built program nor a database server. */
export default {
  test: {
    setupFiles: ['test/each-file.setup.ts'],
    include: ['test/**/*.test.ts'],
    maxWorkers: 1,
    tags: [{ name: 'long' }],
    testTimeout: 30_000,
    experimental: { fsModuleCache: true },
  },
};
