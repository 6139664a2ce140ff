/** What is needed stays, what is not goes, and the audit log is complete. @type {readonly import('../apply.mjs').Mistake[]} */
export const RETENTION = [
  {
    name: 'eviction by size takes what an unfinished job needs',
    file: 'src/images/blobs/evict-oldest.ts',
    within: 'pickOldest',
    find: /if \(records\.some\(\w+\)\) continue;/,
    replace: '',
    tests: ['test/maintenance/retention-by-size.test.ts'],
  },
  {
    name: 'jobs of a batch that is not settled are deleted',
    file: 'src/jobs/store/maintenance/retention-queries.ts',
    within: 'EXPIRED_JOBS',
    find: /batches\.settled_at IS NULL OR/,
    replace: '',
    tests: ['test/maintenance/retention.test.ts'],
  },
  {
    name: 'permits are marked as audited without their lines',
    file: 'src/maintenance/audit-log.ts',
    within: 'writeRound',
    find: /appendMissing\(/,
    replace: 'if (permits.length > 1) appendMissing(',
    tests: ['test/maintenance/audit-log.test.ts'],
  },
];
