import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { errorCode, Problem } from '../../shared/errors.ts';
import type { Clock } from '../../shared/clock.ts';
import { syncFolder } from '../../shared/folders.ts';
import type { Random } from '../../shared/random.ts';
import type { FileName } from './name-template.ts';
import { fileProblem } from '../problems.ts';

const PLACE = 'the output folder';
const MOST_NAMES = 1000;
/** Files that are being written have names of their own, so that a name is either absent or whole. */
const PARTIAL = /^\.firefly-[0-9a-f]{16}\.part$/;
/** Other processes may be writing: only what nobody has touched for so long is a leftover. */
const LEFTOVER_MS = 3_600_000;
/** File systems without hard links answer so. */
const NO_LINKS: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/** How a file is placed. */
export interface Placing {
  readonly random: Random;
  /** Names that belong to something else, whatever they hold (absolute paths). */
  readonly isTaken: (path: string) => boolean;
}

/**
 * Puts bytes under a name, whole or not at all: "-2", "-3" … is added where a file of other content has it. A file of
 * the same content is taken for the one that an earlier, interrupted run wrote. Nothing is ever overwritten.
 * @returns the absolute path
 * @throws Problem `disk_full`, `folder_unwritable`, `name_taken`
 */
export async function placeFile(
  folder: string,
  { stem, ending }: FileName,
  bytes: Uint8Array,
  { random, isTaken }: Placing,
): Promise<string> {
  let partial: string | undefined;
  try {
    for (let number = 1; number <= MOST_NAMES; number++) {
      const path = resolve(folder, `${stem}${number === 1 ? '' : `-${number}`}${ending}`);
      if (isTaken(path)) continue;
      const there = await contentOf(path);
      if (there !== undefined && there !== hashOf(bytes)) continue;
      if (there !== undefined) return path;
      partial ??= await writePartial(folder, bytes, random);
      if (await takeName(partial, path)) {
        // Its row comes next, and must not outlive it in a power cut.
        await syncFolder(folder);
        return path;
      }
      // Somebody was faster: look at what they wrote.
      number -= 1;
    }
  } catch (error) {
    throw fileProblem(error, PLACE);
  } finally {
    if (partial !== undefined) await rm(partial, { force: true });
  }
  throw new Problem('name_taken', `There are already ${MOST_NAMES} files of this name.`, {
    actor: 'caller',
    next: 'Choose another name, for example with {id} in it.',
  });
}

/**
 * Replaces a file of ours at once: readers see the old one or the new one.
 * @throws Problem `disk_full`, `folder_unwritable`
 */
export async function replaceFile(path: string, folder: string, text: string, random: Random): Promise<void> {
  try {
    await rename(await writePartial(folder, Buffer.from(text), random), path);
  } catch (error) {
    throw fileProblem(error, PLACE);
  }
}

/** Removes what a crash left half-written in this folder. */
export async function sweepPartials(folder: string, clock: Clock): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((name) => PARTIAL.test(name))) {
    const age = await stat(join(folder, name))
      .then(({ mtimeMs }) => clock.now() - mtimeMs)
      .catch(() => 0);
    if (age > LEFTOVER_MS) await rm(join(folder, name), { force: true });
  }
}

async function writePartial(folder: string, bytes: Uint8Array, random: Random): Promise<string> {
  const path = join(folder, `.firefly-${Buffer.from(random.bytes(8)).toString('hex')}.part`);
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
    await handle.close();
    return path;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

/** False where the name was given away meanwhile. */
async function takeName(partial: string, path: string): Promise<boolean> {
  try {
    await link(partial, path).catch(async (error: unknown) => {
      if (!NO_LINKS.has(errorCode(error))) throw error;
      await copyFile(partial, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The hash of what lies there; undefined where nothing does, empty for what is no readable file. */
async function contentOf(path: string): Promise<string | undefined> {
  try {
    return hashOf(await readFile(path));
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? undefined : '';
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
