import { rmSync } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../shared/time/clock.ts';
import { HOUR_MS } from '../../shared/time/durations.ts';
import type { Random } from '../../shared/random.ts';
import type { HeldFolder } from './held-folder.ts';

/** Files that are being written have names of their own, so that a name is either absent or whole. */
const PARTIAL = /^\.firefly-[0-9a-f]{16}\.part$/;
/** Another process may still be writing a younger file. */
const LEFTOVER_AGE_MS = HOUR_MS;

/** Addresses of what this process has begun to write in folders of the user. */
const unfinished = new Set<string>();
let isListening = false;

/** Deletes what is at this address when the process ends before `settle`: a disk may be slower than the end of a process waits. */
export function begin(address: string): void {
  if (!isListening) process.on('exit', deleteUnfinished);
  isListening = true;
  unfinished.add(address);
}

/** What was begun at this address is whole, or gone. */
export function settle(address: string): void {
  unfinished.delete(address);
}

function deleteUnfinished(): void {
  for (const address of unfinished) {
    try {
      rmSync(address, { force: true });
    } catch {
      // A file that cannot be deleted now goes like what a crash leaves.
    }
  }
}

/**
 * Writes a file that has no name for people yet, durably.
 * @returns its address, for `dropPartial`
 * @throws the file system's error, Problem `outside_output_folder`, and what the content throws; nothing is left then
 */
export async function writePartial(
  folder: HeldFolder,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  random: Random,
): Promise<string> {
  const { address, handle } = await create(folder, random);
  try {
    await folder.confirm();
    await handle.writeFile(content);
    await handle.sync();
    await handle.close();
    return address;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await dropPartial(address);
    throw error;
  }
}

/** Makes an empty file in the folder, and deletes it again. @throws the file system's error */
export async function tryPartial(folder: HeldFolder, random: Random): Promise<void> {
  const { address, handle } = await create(folder, random);
  try {
    await handle.close();
  } finally {
    await dropPartial(address);
  }
}

async function create(folder: HeldFolder, random: Random) {
  const address = folder.at(`.firefly-${Buffer.from(random.bytes(8)).toString('hex')}.part`);
  begin(address);
  try {
    return { address, handle: await open(address, 'wx') };
  } catch (error) {
    settle(address);
    throw error;
  }
}

/** Deletes a partial file. Nothing to delete is no error. */
export async function dropPartial(address: string): Promise<void> {
  await rm(address, { force: true });
  settle(address);
}

/** Deletes what a crash left half-written in this folder. */
export function sweepPartials(folder: HeldFolder, clock: Pick<Clock, 'now'>): Promise<void> {
  return deleteLeftovers(folder.at('.'), PARTIAL, clock);
}

/** Deletes the files and folders of a folder that a crash left half-written: named as `pattern` says, and not written to lately. */
export async function deleteLeftovers(folder: string, pattern: RegExp, clock: Pick<Clock, 'now'>): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => pattern.test(each))) {
    const path = join(folder, name);
    const age = await stat(path)
      .then(({ mtimeMs }) => clock.now() - mtimeMs)
      .catch(() => 0);
    if (age > LEFTOVER_AGE_MS) await rm(path, { force: true, recursive: true });
  }
}
