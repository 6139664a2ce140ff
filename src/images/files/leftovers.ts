import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../shared/time/clock.ts';
import { HOUR_MS } from '../../shared/time/durations.ts';

/** Another process may still be writing a younger file. */
const LEFTOVER_AGE_MS = HOUR_MS;

/** Deletes the files and folders of a folder that a crash left half-written: named as `pattern` says, and not written to lately. */
export async function deleteLeftovers(folder: string, pattern: RegExp, clock: Clock): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => pattern.test(each))) {
    const path = join(folder, name);
    const age = await stat(path)
      .then(({ mtimeMs }) => clock.now() - mtimeMs)
      .catch(() => 0);
    if (age > LEFTOVER_AGE_MS) await rm(path, { force: true, recursive: true });
  }
}
