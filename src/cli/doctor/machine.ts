import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../../config/resolve.ts';
import { describePlace } from '../../store/postgres/problems.ts';
import { databasePath, type Composition } from '../compose.ts';
import type { Check, Finding } from './check.ts';

/** Oldest Node that works (package.json `engines`). */
const OLDEST_NODE = [20, 19] as const;
/** A picture takes about 5 MB; below this a few calls fill the disk. */
const DISK_FAIL_BYTES = 100e6;
const DISK_WARN_BYTES = 1e9;

/** What must be right on this machine. */
export function machineChecks(config: Config, composition: Composition): readonly Check[] {
  return [
    { name: 'node', run: async () => judgeNode(process.versions.node) },
    { name: 'data folder', run: () => judgeHome(config.home) },
    { name: 'store', run: () => judgeStore(config, composition) },
    { name: 'output folder', run: () => judgeOutput(config.outputFolder) },
    { name: 'disk use', run: () => judgeDiskUse(config) },
    { name: 'disk space', run: () => judgeDisk(config.home) },
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

async function judgeHome(home: string): Promise<Finding> {
  const found = await stat(home).catch(() => undefined);
  if (found === undefined) return judgeWritable(home, 'will be made on first use');
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    return {
      verdict: 'warn',
      message: `${home} can be opened by other users`,
      next: `Run: chmod 700 '${home}'`,
    };
  }
  return judgeWritable(home, 'is there');
}

async function judgeStore(config: Config, composition: Composition): Promise<Finding> {
  await composition.services();
  return { verdict: 'ok', message: databasePath(config) ?? describePlace(config.databaseUrl ?? '') };
}

async function judgeOutput(folder: string): Promise<Finding> {
  const finding = await judgeWritable(folder, 'save_image writes here');
  return finding.verdict === 'fail' ? { ...finding, verdict: 'warn', next: 'Set FIREFLY_OUTPUT_DIR.' } : finding;
}

async function judgeWritable(folder: string, remark: string): Promise<Finding> {
  const existing = await nearestExisting(folder);
  const writable = await access(existing, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (writable) return { verdict: 'ok', message: `${folder} (${remark})` };
  return { verdict: 'fail', message: `${existing} may not be written to`, next: 'Set FIREFLY_HOME to another folder.' };
}

async function judgeDiskUse(config: Config): Promise<Finding> {
  const { diskUse, sizeOf } = await import('../../images/disk-use.ts');
  const { humanBytes, counted } = await import('../../render/phrases.ts');
  const { files, bytes } = await diskUse(join(config.home, 'images'));
  const path = databasePath(config);
  const sizes = path === undefined ? [] : await Promise.all(['', '-wal'].map((suffix) => sizeOf(path + suffix)));
  const store = path === undefined ? 'in PostgreSQL' : humanBytes(sizes.reduce((total, size) => total + size, 0));
  const days = config.retentionDays;
  const kept = days === undefined ? 'kept until you delete them' : `deleted after ${counted(days, 'day')}`;
  return {
    verdict: 'ok',
    message: `originals ${humanBytes(bytes)} in ${counted(files, 'file')} (${kept}), job store ${store}`,
  };
}

async function judgeDisk(home: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(await nearestExisting(home));
  return judgeFreeBytes(bavail * bsize);
}

/** Whether there is room for pictures. */
export function judgeFreeBytes(bytes: number): Finding {
  const message = `${(bytes / 1e9).toFixed(1)} GB free`;
  if (bytes >= DISK_WARN_BYTES) return { verdict: 'ok', message };
  const next = 'Free some space, or set FIREFLY_HOME to another disk.';
  return { verdict: bytes < DISK_FAIL_BYTES ? 'fail' : 'warn', message, next };
}

async function judgePreviews(): Promise<Finding> {
  try {
    const { loadSharp } = await import('../../images/sharp.ts');
    const sharp = await loadSharp();
    return { verdict: 'ok', message: `sharp ${sharp.versions.sharp}` };
  } catch {
    // Its own message is long and about other package managers.
    return {
      verdict: 'fail',
      message: 'sharp, which draws previews, cannot be loaded on this platform',
      next: 'Install again on this machine with npm ci, without leaving out optional packages.',
    };
  }
}

async function nearestExisting(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  const parent = dirname(folder);
  return found !== undefined || parent === folder ? folder : nearestExisting(parent);
}
