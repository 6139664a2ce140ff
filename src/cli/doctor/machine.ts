import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { Config } from '../../config/resolve.ts';
import { requireReachable } from '../../shared/files/locked-folder.ts';
import { describeServer } from '../../store/postgres/problems.ts';
import type { Composition } from '../composition/compose.ts';
import { databasePath, nearestExisting } from '../composition/data-paths.ts';
import type { Check, Finding } from './check.ts';

/** Oldest supported Node (package.json `engines`). */
const OLDEST_NODE = [20, 19] as const;

/** Checks of this machine: Node, folders, job store, previews. */
export function machineChecks(config: Config, composition: Composition, platform: NodeJS.Platform): readonly Check[] {
  return [
    { name: 'node', run: async () => judgeNode(process.versions.node) },
    { name: 'data folder', run: () => judgeHome(config.home, platform) },
    { name: 'store', run: () => judgeStore(config, composition) },
    { name: 'output folder', run: () => judgeOutput(config.outputFolder) },
    { name: 'previews', run: judgePreviews },
  ];
}

/** Whether this Node is new enough. */
export function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) {
    return { verdict: 'ok', message: `Node ${version}` };
  }
  return {
    verdict: 'fail',
    message: `Node ${version} is too old`,
    next: `Install Node ${oldestMajor}.${oldestMinor} or newer.`,
  };
}

/**
 * Whether only this user can open the data folder, and can write to it. Windows has no permission bits.
 * @throws Problem `home_unusable` for a folder that this user cannot get to
 */
export async function judgeHome(home: string, platform: NodeJS.Platform): Promise<Finding> {
  const found = await stat(home).catch(() => undefined);
  requireReachable(home);
  if (found === undefined) return judgeWritable(home, 'will be created on first use');
  if (platform !== 'win32' && (found.mode & 0o077) !== 0) {
    return {
      verdict: 'warn',
      message: `${home} can be opened by other users`,
      next: `Run: chmod 700 '${home}'`,
    };
  }
  return judgeWritable(home, 'exists');
}

async function judgeStore(config: Config, composition: Composition): Promise<Finding> {
  await composition.services();
  return { verdict: 'ok', message: databasePath(config) ?? describeServer(config.databaseUrl ?? '') };
}

async function judgeOutput(folder: string): Promise<Finding> {
  const finding = await judgeWritable(folder, 'save_image writes here');
  return finding.verdict === 'fail'
    ? { ...finding, verdict: 'warn', next: 'Set FIREFLY_OUTPUT_DIR to a folder that this user can write to.' }
    : finding;
}

async function judgeWritable(folder: string, remark: string): Promise<Finding> {
  const existing = nearestExisting(folder);
  const found = await stat(existing).catch(() => undefined);
  if (found?.isDirectory() === false) {
    return { verdict: 'fail', message: `${existing} is no folder`, next: 'Set FIREFLY_HOME to a folder.' };
  }
  const writable = await access(existing, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (writable) return { verdict: 'ok', message: `${folder} (${remark})` };
  return { verdict: 'fail', message: `${existing} is not writable`, next: 'Set FIREFLY_HOME to another folder.' };
}

async function judgePreviews(): Promise<Finding> {
  try {
    const { loadSharp } = await import('../../images/sharp.ts');
    const sharp = await loadSharp();
    return { verdict: 'ok', message: `sharp ${sharp.versions.sharp}` };
  } catch {
    // Sharp's own message is long and about other package managers.
    return {
      verdict: 'fail',
      message: 'sharp, which draws previews, cannot be loaded on this platform',
      next: 'Install again on this machine, without omitting optional packages.',
    };
  }
}
