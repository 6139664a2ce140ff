/** The tests that mutants are tried against need neither a built program nor a database server. */
export default { test: { include: ['test/**/*.test.ts'], testTimeout: 60_000 } };
