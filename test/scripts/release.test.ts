import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PLACEHOLDER, refusals } from '../../scripts/release-checks.mjs';
import { ROOT } from '../architecture/source-files.ts';
import { DESCRIPTION, PUBLISHER } from '../../packaging/description.mjs';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';

const RIGHT = {
  status: '',
  version: '1.2.3',
  lockedVersion: '1.2.3',
  changelog: '# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-11-26\n\n- New.\n\n## 1.2.2 - 2026-01-01\n',
  withPlaceholder: [],
  head: 'abc',
  tagged: 'abc',
  publish: true,
};

describe('a release', () => {
  test('that is complete is not refused', () => {
    expect(refusals(RIGHT)).toEqual([]);
    expect(refusals({ ...RIGHT, tagged: undefined, publish: false })).toEqual([]);
  });

  test.each([
    ['a changed file', { status: ' M src/main.ts\n' }, /not clean/],
    ['an invalid version', { version: 'next', lockedVersion: 'next' }, /is not a version/],
    ['another version in the lockfile', { lockedVersion: '1.2.2' }, /package-lock/],
    ['a version that is missing in the changelog', { version: '1.3.0', lockedVersion: '1.3.0' }, /"## 1\.3\.0 - /],
    [
      'lines below "Unreleased"',
      { changelog: RIGHT.changelog.replace('Unreleased\n', 'Unreleased\n\n- More.\n') },
      /below/,
    ],
    ['the placeholder of the publisher', { withPlaceholder: ['package.json'] }, /publisher in package\.json/],
    ['a tag of another commit', { tagged: 'def' }, /another commit/],
    ['no tag although it is published', { tagged: undefined }, /no tag v1\.2\.3/],
  ])('with %s is refused', (name, change, sentence) => {
    const found = refusals({ ...RIGHT, ...change });
    expect(found.join('\n')).toMatch(sentence);
    expect(found).toHaveLength(name === 'an invalid version' ? 2 : 1);
  });
});

describe('npm run release', () => {
  let folder: string;
  beforeEach(() => (folder = temporaryFolder('firefly-release-')));
  afterEach(() => removeFolder(folder));

  function git(...args: readonly string[]): void {
    const settings = [
      '-c',
      'user.name=t',
      '-c',
      'user.email=t@example.com',
      '-c',
      'commit.gpgsign=false',
      '-c',
      'tag.gpgsign=false',
    ];
    expect(spawnSync('git', [...settings, ...args], { cwd: folder }).status).toBe(0);
  }

  /** Creates a repository in `folder` whose `.ci/run` exits with the code `ci`. */
  function repository({ ci = 0, author = 'Ann' } = {}): void {
    const facts = JSON.stringify({ name: 'thing', version: '1.2.3', author, files: ['README.md'] });
    const files = {
      'package.json': facts,
      'package-lock.json': facts,
      'CHANGELOG.md': RIGHT.changelog,
      'README.md': '# Thing\n',
      '.ci/run': `echo "the checks"; exit ${ci}\n`,
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'x');
  }

  function release(...args: readonly string[]) {
    const script = join(ROOT, 'scripts/release.mjs');
    const env = { PATH: process.env['PATH'], HOME: folder, npm_config_cache: join(folder, '.npm') };
    return spawnSync(process.execPath, [script, ...args], { cwd: folder, env, encoding: 'utf8' });
  }

  test('runs the checks, publishes nothing, and lists the remaining steps', { tags: 'long' }, () => {
    repository();
    const { status, stdout, stderr } = release();
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stdout).toContain('the checks');
    expect(stdout).toMatch(/Nothing was published[\s\S]*git tag -a v1\.2\.3/);
    expect(stderr).not.toContain('npm publish');
  });

  test('is refused without a publisher, before a check runs', { tags: 'long' }, () => {
    repository({ author: PLACEHOLDER });
    const { status, stdout, stderr } = release();
    expect(status).toBe(1);
    expect(stderr).toMatch(/publisher in package-lock\.json, package\.json/);
    expect(stdout).not.toContain('the checks');
  });

  test('is refused where a check fails, and with --publish where there is no tag', { tags: 'long' }, () => {
    repository({ ci: 3 });
    expect(release()).toMatchObject({ status: 1, stderr: expect.stringMatching(/\.ci\/run failed/) });
    const published = release('--publish');
    expect(published).toMatchObject({ status: 1, stderr: expect.stringMatching(/no tag v1\.2\.3/) });
  });
});

test('the placeholder of the release script is what stands for the publisher, also among the privacy policies', () => {
  // Until it is filled in; then both tests of the placeholder speak of a word that no other file has.
  if (PUBLISHER !== PLACEHOLDER) return;
  expect(DESCRIPTION.privacy.policies.some((address) => address.includes(PLACEHOLDER))).toBe(true);
});
