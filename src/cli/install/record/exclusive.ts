import { pathRules } from '../../../config/environment.ts';
import { Problem } from '../../../shared/errors.ts';
import type { Setting } from '../plan/setting.ts';

/** Work under the lock takes milliseconds and asks nothing, so an older lock belongs to a process that was killed. */
const STALE_MS = 10_000;
const LONGEST_WAIT_MS = 15_000;
const PAUSE_MS = 25;

/**
 * Carries out a change while no other `install` or `uninstall` with this data folder carries out one, so that the list of
 * what was installed loses nothing. Makes the data folder, which goes again where the action stores nothing in it.
 * @param action gets the folders that were made, outermost first
 * @throws Problem `home_unusable`, and what `action` throws
 */
export async function exclusively<T>(setting: Setting, action: (madeFolders: readonly string[]) => T): Promise<T> {
  const { disk, home, where } = setting;
  const lock = pathRules(where).join(home, 'installed.lock');
  const made = await take(lock, setting);
  try {
    return action(made);
  } finally {
    disk.remove(lock);
    // Where nothing was stored, they are empty.
    for (const folder of made.toReversed()) disk.removeEmpty(folder);
  }
}

/** @returns the folders that had to be made for the lock */
async function take(lock: string, { disk, home, terminal: { clock } }: Setting): Promise<readonly string[]> {
  const start = clock.now();
  const made = new Set<string>();
  try {
    for (;;) {
      // Again each time: the other process removes an empty data folder.
      for (const folder of disk.makeFolders(home, 0o700)) made.add(folder);
      if (disk.lock(lock, clock.now() - STALE_MS)) return [...made];
      if (clock.now() - start > LONGEST_WAIT_MS) break;
      await clock.sleep(PAUSE_MS);
    }
  } catch (cause) {
    const next = 'Set FIREFLY_HOME to a folder that this user can write to.';
    throw new Problem('home_unusable', `${home} cannot be written to. Nothing was changed.`, { next, cause });
  }
  throw new Problem('home_unusable', `Another install or uninstall does not end: it holds ${lock}.`, {
    next: 'Run the command again when the other one has ended; if there is none, delete that file.',
  });
}
