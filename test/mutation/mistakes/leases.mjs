/** One process works on a job at a time. @type {readonly import('../apply.mjs').Mistake[]} */
export const LEASES = [
  {
    name: 'a process writes to a job that another one has claimed',
    file: 'src/jobs/store/job-store.ts',
    within: '#write',
    find: /!current \|\| current\.fence !== job\.fence/,
    replace: '!current',
    tests: ['test/jobs/engine/crashes/crash.test.ts'],
  },
  {
    name: 'a request under way is called unknown as soon as its lease lapses',
    file: 'src/jobs/store/lease.ts',
    within: 'isFree',
    find: /\(job\.state === 'submitting' \? \w+ : 0\)/,
    replace: '0',
    tests: ['test/jobs/deduplication/lost-calls.test.ts'],
  },
  {
    name: 'a process that slept past its lease still sends',
    file: 'src/jobs/engine/steps/submit.ts',
    within: 'submit',
    find: /if \(!lease\.isHeld\(\)\) return [^;]*;/,
    replace: '',
    tests: ['test/jobs/engine/crashes/crash.test.ts'],
  },
];
