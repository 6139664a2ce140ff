/** Statements on the tables of jobs are where they are checked. @type {readonly import('../apply.mjs').Mistake[]} */
export const ROOMS = [
  {
    name: 'a query on jobs is written outside of the store of jobs',
    file: 'src/jobs/job-queue.ts',
    within: 'probe',
    find: /'SELECT 1 AS answer'/,
    replace: "'SELECT COUNT(*) AS answer FROM jobs'",
    tests: ['test/architecture/sql.test.ts'],
  },
];
