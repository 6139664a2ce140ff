// @ts-check
import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const MOST_MS = 280_000;

/** Modification time, or 0 of what is not there. @param {string} file */
const changedAt = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

/**
 * Installs what the lockfile of a folder says, without running its scripts, unless that was done since it changed.
 * @param {string} folder
 * @returns {Promise<string | undefined>} why it cannot be installed, in one line
 */
export async function install(folder) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'its programs are those for Linux x64';
  const done = changedAt(path.join(folder, 'node_modules/.package-lock.json'));
  if (done > changedAt(path.join(folder, 'package-lock.json'))) return undefined;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    await promisify(execFile)('npm', args, { cwd: folder, timeout: MOST_MS });
    return undefined;
  } catch (error) {
    const said = String(/** @type {{ stderr?: string }} */ (error).stderr ?? error);
    return `npm ci failed (${said.trim().split('\n')[0] ?? ''})`;
  }
}

/**
 * Installs one folder after the other, and says in one line what cannot be.
 * @param {string} folder
 * @param {readonly string[]} names of folders below
 * @returns {Promise<ReadonlySet<string>>} names of what is installed
 */
export async function installEach(folder, names) {
  const installed = new Set();
  for (const name of names) {
    const why = await install(path.join(folder, name));
    if (why === undefined) installed.add(name);
    else console.log(`${name}: SKIPPED, since ${why}.`);
  }
  return installed;
}
