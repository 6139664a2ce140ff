// @ts-check

/** Placeholder of the publisher's name in addresses. A tree that has it is not released. */
export const PLACEHOLDER = 'PUBLISHER_PLACEHOLDER';

/**
 * State of the repository that decides on a release, besides the tests.
 * @typedef {object} Facts
 * @property {string} status output of `git status --porcelain`
 * @property {string} version of package.json
 * @property {string | undefined} lockedVersion of package-lock.json
 * @property {string} changelog
 * @property {readonly string[]} withPlaceholder tracked files that contain the placeholder
 * @property {string} head the commit that is checked out
 * @property {string | undefined} tagged the commit of this version's tag, if there is one
 * @property {boolean} publish whether the package is to be published, not only checked
 */

/**
 * Reasons against a release, as sentences; empty where it can be released.
 * @param {Facts} facts
 * @returns {readonly string[]}
 */
export function refusals(facts) {
  const { version, tagged, head } = facts;
  const tag = tagOf(version);
  const found = [];
  if (facts.status.trim() !== '') found.push('The working tree is not clean: commit or stash the changes.');
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) found.push(`package.json: "${version}" is not a version.`);
  if (facts.lockedVersion !== version) found.push('package-lock.json has another version: run npm install.');
  if (newestRelease(facts.changelog) !== version) {
    found.push(
      `CHANGELOG.md: the newest release must be "## ${version} - YYYY-MM-DD", below an empty "## Unreleased".`,
    );
  }
  if (unreleased(facts.changelog) !== '') found.push('CHANGELOG.md: there are lines below "## Unreleased".');
  if (facts.withPlaceholder.length > 0) {
    found.push(`${PLACEHOLDER} is still the publisher in ${facts.withPlaceholder.join(', ')}: fill in the name.`);
  }
  if (tagged !== undefined && tagged !== head) found.push(`The tag ${tag} names another commit: raise the version.`);
  if (facts.publish && tagged === undefined)
    found.push(`There is no tag ${tag}: versions are published from their tag.`);
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
