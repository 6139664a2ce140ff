/** Secrets and what belongs to others stay where they are. @type {readonly import('../apply.mjs').Mistake[]} */
export const SECRETS = [
  {
    name: 'the log does not hide secrets',
    file: 'src/shared/logger.ts',
    within: 'createLogger',
    find: /options\.secrets\?\.\(\) \?\? \[\]/,
    replace: '[]',
    tests: ['test/shared/logger.test.ts'],
  },
  {
    name: 'a token is sent to any host that a link names',
    file: 'src/firefly/http/links.ts',
    within: 'checkLink',
    find: /return url\.origin === .* \? url : undefined;/,
    replace: 'return url;',
    tests: ['test/firefly/http/links.test.ts'],
  },
  {
    name: 'a private address counts as public',
    file: 'src/firefly/http/addresses.ts',
    within: 'isPublicAddress',
    find: /family !== 0 && /,
    replace: 'family !== 0 || ',
    tests: ['test/firefly/http/addresses.test.ts'],
  },
  {
    name: 'a principal reads the jobs of another one',
    file: 'src/jobs/job-queue.ts',
    within: '#find',
    find: /!job \|\| job\.principal !== caller\.principal/,
    replace: '!job',
    tests: ['test/jobs/job-queue.test.ts'],
  },
  {
    name: 'the metadata of a picture is sent along',
    file: 'src/images/import/strip-metadata.ts',
    within: 'stripMetadata',
    find: /\.filter\(\(\{ keep \}\) => keep\)/,
    replace: '',
    tests: ['test/images/import/strip-metadata.test.ts'],
  },
];
