/** For the tests of seeded mistakes: they need neither a built program nor a database server. */
export default {
  test: {
    setupFiles: ['test/each-file.setup.ts'],
    include: ['test/**/*.test.ts'],
    maxWorkers: 1,
    tags: [{ name: 'long' }],
    // For machines that are busy with other work: a test that is given up would count as one that has noticed.
    testTimeout: 110_000,
    hookTimeout: 110_000,
    expect: { poll: { timeout: 10_000 } },
    experimental: { fsModuleCache: true },
  },
};
