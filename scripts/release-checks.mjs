// @ts-check

/** Stands for the publisher wherever an address is needed, until there is one. Nothing is released with it. */
export const PLACEHOLDER = 'PUBLISHER_PLACEHOLDER';

/**
 * What a release depends on, besides tests.
 * @typedef {object} Facts
 * @property {string} status what `git status --porcelain` says
 * @property {string} version of package.json
 * @property {string | undefined} lockedVersion of package-lock.json
 * @property {string} changelog
 * @property {readonly string[]} withPlaceholder tracked files that hold the placeholder
 * @property {string} head the commit that is checked out
 * @property {string | undefined} tagged the commit that the tag of this version names, where there is one
 * @property {boolean} publish whether the package is about to be published, not only checked
 */

/**
 * Why these facts are no release, as sentences; empty where they are one.
 * @param {Facts} facts
 * @returns {readonly string[]}
 */
export function refusals(facts) {
  const { version, tagged, head } = facts;
  const tag = tagOf(version);
  const found = [];
  if (facts.status.trim() !== '') found.push('The working tree is not clean: commit, or put aside, what has changed.');
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) found.push(`package.json: "${version}" is no version.`);
  if (facts.lockedVersion !== version) found.push('package-lock.json has another version: run npm install.');
  if (newestRelease(facts.changelog) !== version) {
    found.push(
      `CHANGELOG.md: the newest release must be "## ${version} - YYYY-MM-DD", below an empty "## Unreleased".`,
    );
  }
  if (unreleased(facts.changelog) !== '') found.push('CHANGELOG.md: there are lines below "## Unreleased".');
  if (facts.withPlaceholder.length > 0) {
    found.push(`${PLACEHOLDER} stands for the publisher in ${facts.withPlaceholder.join(', ')}: put the name in.`);
  }
  if (tagged !== undefined && tagged !== head) found.push(`The tag ${tag} names another commit: raise the version.`);
  if (facts.publish && tagged === undefined) found.push(`There is no tag ${tag}: a version is published from its tag.`);
  return found;
}

/**
 * @param {string} version
 * @returns {string}
 */
export function tagOf(version) {
  return `v${version}`;
}

/**
 * @param {string} changelog
 * @returns {string | undefined}
 */
function newestRelease(changelog) {
  return /^## \[?(\d[\w.-]*)\]? - \d{4}-\d{2}-\d{2}$/m.exec(changelog)?.[1];
}

/**
 * @param {string} changelog
 * @returns {string}
 */
function unreleased(changelog) {
  const [, after = ''] = changelog.split(/^## \[?Unreleased\]?$/m);
  return (after.split(/^## /m)[0] ?? '').trim();
}
