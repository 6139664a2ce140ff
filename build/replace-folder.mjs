// @ts-check
import { rename, rm } from 'node:fs/promises';

/**
 * Moves the folder `fresh` to `target`, replacing it. Of two builds at the same time the last one wins, and neither fails.
 * @param {string} fresh
 * @param {string} target
 */
export async function replaceFolder(fresh, target) {
  for (let attempt = 0; ; attempt += 1) {
    const old = `${fresh}-old-${attempt}`;
    await rename(target, old).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
    try {
      await rename(fresh, target);
      await rm(old, { recursive: true, force: true });
      return;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(code) || attempt >= 20) throw error;
      await rm(old, { recursive: true, force: true });
    }
  }
}
