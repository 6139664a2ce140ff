// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

const MOST_MS = 280_000;

/** Modification time, or 0 of what is not there. @param {string} file */
const changedAt = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

/**
 * Installs what the lockfile of a folder says, without running its scripts, unless that was done since it changed.
 * @param {string} folder
 * @returns {string | undefined} why it cannot be installed, in one line
 */
export function install(folder) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'its programs are those for Linux x64';
  const done = changedAt(path.join(folder, 'node_modules/.package-lock.json'));
  if (done > changedAt(path.join(folder, 'package-lock.json'))) return undefined;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr, error } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', timeout: MOST_MS });
  if (status === 0) return undefined;
  return `npm ci failed (${error?.message ?? stderr.trim().split('\n')[0] ?? status})`;
}
