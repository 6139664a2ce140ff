/** No more is sent than quota and budget allow, whichever process sends it. @type {readonly import('../apply.mjs').Mistake[]} */
export const QUOTA = [
  {
    name: 'a permit in flight does not count',
    file: 'src/jobs/limits/permits.ts',
    within: 'Permits.ledger',
    find: /return endedAt \?\? inFlight;/,
    replace: 'return endedAt ?? Math.min(inFlight, window.after);',
    tests: ['test/jobs/engine/engine.test.ts'],
  },
  {
    name: 'the permits of all accounts count together',
    file: 'src/jobs/store/permits/permit-counts.ts',
    within: 'conditionOf',
    find: /\}account = \?/,
    replace: '}(account = ? OR 1 = 1)',
    tests: ['test/jobs/store/accounts.test.ts'],
  },
  {
    name: 'a budget counts what was spent, but not what waits to be spent',
    file: 'src/jobs/limits/budget.ts',
    within: 'admit',
    find: /view\.spent \+ view\.committed/,
    replace: 'view.spent',
    tests: ['test/jobs/limits/budget.test.ts'],
  },
  {
    name: 'a budget counts requests in place of operations',
    file: 'src/jobs/store/permits/permit-counts.ts',
    within: 'budgetUse',
    find: /SUM\(operations\), 0\) FROM permits/,
    replace: 'SUM(1), 0) FROM permits',
    tests: ['test/jobs/limits/budget.test.ts'],
  },
  {
    name: 'a principal that has used up its budget keeps the jobs of others waiting',
    file: 'src/jobs/engine/steps/prepare.ts',
    within: 'awaitPermit',
    find: /!grant\.granted && grant\.requeue/,
    replace: 'false',
    tests: ['test/jobs/limits/budget.test.ts'],
  },
];
