// @ts-check
// Checks a release: `npm run release` publishes nothing and lists the remaining steps. With `--publish`, which the workflow
// `release` uses for a tag, it publishes the package to npm with provenance.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { PLACEHOLDER, refusals, tagOf } from './release-checks.mjs';

const publish = process.argv.includes('--publish');

/** @param {readonly string[]} args */
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' });
/** @param {string} file */
const json = (file) => JSON.parse(readFileSync(file, 'utf8'));

/**
 * Runs a program with this terminal. Ends the process where it fails.
 * @param {string} program
 * @param {readonly string[]} args
 */
function run(program, args) {
  console.error(`$ ${program} ${args.join(' ')}`);
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (status === 0) return;
  console.error(`Not released: ${program} ${args.join(' ')} failed.${error ? ` ${error.message}` : ''}`);
  process.exit(1);
}

/** @returns {string | undefined} the commit of a tag */
function commitOf(/** @type {string} */ tag) {
  const { status, stdout } = spawnSync('git', ['rev-list', '-n', '1', `refs/tags/${tag}`], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** Tracked files that contain the placeholder, except the release scripts and tests, which define and check it. */
function filesWithPlaceholder() {
  const { stdout } = spawnSync('git', ['grep', '-lF', PLACEHOLDER, '--', ':!scripts', ':!test'], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}

const { name, version } = json('package.json');
const tag = tagOf(version);
const refused = refusals({
  status: git('status', '--porcelain'),
  version,
  lockedVersion: json('package-lock.json').version,
  changelog: readFileSync('CHANGELOG.md', 'utf8'),
  withPlaceholder: filesWithPlaceholder(),
  head: git('rev-parse', 'HEAD').trim(),
  tagged: commitOf(tag),
  publish,
});
if (refused.length > 0) {
  console.error(`Not released:\n${refused.map((sentence) => `- ${sentence}`).join('\n')}`);
  process.exit(1);
}
// The last step of `.ci/run` installs the packed tarball into an empty folder and checks its files.
run('bash', ['.ci/run']);
run('npm', ['pack', '--dry-run']);
if (publish) run('npm', ['publish', '--provenance', '--access', 'public']);
else {
  console.log(`${name} ${version} can be released. Nothing was published. Remaining steps:
  git tag -a ${tag} -m "${name} ${version}"
  git push origin ${tag}
The workflow "release" then runs this script with --publish, which ends with: npm publish --provenance --access public`);
}
