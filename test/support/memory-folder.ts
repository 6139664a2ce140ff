import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';

const FOLDER = '/dev/shm';
const LEAST_FREE_BYTES = 2 * 2 ** 30;

/**
 * A folder in memory for the temporary files of a test run: every commit of a store waits for the disk, which is most
 * of the time of many tests. Undefined where there is none (only Linux has one), or where it is too small, as in most
 * containers, or does not run programs. What a test shows does not depend on it; the soak runs use the disk.
 */
export function memoryFolder(): string | undefined {
  try {
    accessSync(FOLDER, constants.W_OK);
    const { bavail, bsize } = statfsSync(FOLDER);
    const mount = readFileSync('/proc/mounts', 'utf8').match(/^\S+ \/dev\/shm tmpfs (\S+)/m);
    const isUsable = mount?.[1] !== undefined && !mount[1].split(',').includes('noexec');
    return isUsable && bavail * bsize >= LEAST_FREE_BYTES ? FOLDER : undefined;
  } catch {
    return undefined;
  }
}
