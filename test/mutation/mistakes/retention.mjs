/** What is needed stays, what is not goes, and the audit log is complete. @type {readonly import('../apply.mjs').Mistake[]} */
export const RETENTION = [
  {
    name: 'eviction by size takes what an unfinished job needs',
    file: 'src/images/blobs/oldest.ts',
    within: 'CONTENT_MAY_GO',
    find: /OR \$\{isNeeded\('y'\)\}/,
    replace: '',
    tests: ['test/maintenance/retention-by-size.test.ts'],
  },
  {
    name: 'a job that may be sent again loses its upload copies',
    file: 'src/jobs/store/image-references.ts',
    within: 'releaseImages',
    find: /if \(state !== 'succeeded'\) return dropReferences\(tx, jobs, OF_UNFINISHED\);/,
    replace: '',
    tests: ['test/jobs/store/image-references.test.ts'],
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
