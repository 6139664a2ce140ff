import { link, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Clock } from '../shared/clock.ts';
import { makeFolder, syncFolder } from '../shared/folders.ts';

/**
 * How long ago a file must have been written, or taken for a picture that was to be saved, before it is taken away: its
 * record is written a moment after it, and a copy for Adobe is named once its job is written down.
 */
export const ORPHAN_AGE_MS = 3_600_000;
const ORIGINAL = /^([0-9a-f]{64})\.(jpg|png|webp)$/;

/** What was removed, or would be. */
export interface Freed {
  readonly files: number;
  readonly bytes: number;
}

export const NOTHING: Freed = { files: 0, bytes: 0 };

/** Both together. */
export function sum(a: Freed, b: Freed): Freed {
  return { files: a.files + b.files, bytes: a.bytes + b.bytes };
}

/** Whether a file of this name is the original of a picture. */
export function isOriginal(name: string): boolean {
  return ORIGINAL.test(name);
}

/** The content that a file of this name holds; empty for any other file. */
export function contentOf(name: string): string {
  return ORIGINAL.exec(name)?.[1] ?? '';
}

/** What taking files away needs. */
export interface DiscardOptions {
  /** Folder of the pictures, absolute. */
  readonly folder: string;
  /** Which of these contents a record, a job or an upload names. */
  readonly needed: (contents: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly clock: Clock;
  /** Tests only: called when a file has been put aside, before it is judged. */
  readonly putAside: (() => Promise<void>) | undefined;
}

/** Files of originals, and how they are taken away. */
export interface Discard {
  readonly originals: string;
  pathOf(name: string): string;
  /** Takes a file away, unless it turns out to be needed or to have been touched after `youngest` (epoch ms). */
  take(name: string, youngest: number): Promise<Freed>;
  /** Puts back, or takes away, what a crash has left aside. */
  settleLeftovers(): Promise<Freed>;
}

/**
 * A file is put aside first and judged then. Whoever saves the same content touches a file that is there, so one that
 * was touched goes back; once it is aside, they write their own. So no record stays without its file, whoever is faster.
 */
export function createDiscard({ folder, needed, clock, putAside }: DiscardOptions): Discard {
  const originals = join(resolve(folder), 'originals');
  const aside = join(resolve(folder), 'discarded');
  const pathOf = (name: string) => join(originals, name.slice(0, 2), name);

  const judge = async (name: string, youngest: number): Promise<Freed> => {
    const path = join(aside, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return NOTHING;
    const content = contentOf(name);
    const stays = found.mtimeMs > youngest || (await needed([content])).has(content);
    if (stays) {
      const folder = join(originals, name.slice(0, 2));
      await makeFolder(folder);
      await link(path, pathOf(name)).catch(ignoreExisting);
      // Before it goes from here: a power cut must not take both names.
      await syncFolder(folder);
    }
    await rm(path, { force: true });
    return stays ? NOTHING : { files: 1, bytes: found.size };
  };

  return {
    originals,
    pathOf,
    take: async (name, youngest) => {
      await makeFolder(aside);
      const moved = await rename(pathOf(name), join(aside, name)).then(
        () => true,
        () => false,
      );
      if (!moved) return NOTHING;
      await putAside?.();
      return judge(name, youngest);
    },
    settleLeftovers: async () => {
      let freed = NOTHING;
      const names = await readdir(aside).catch(() => []);
      for (const name of names.filter(isOriginal)) {
        freed = sum(freed, await judge(name, clock.now() - ORPHAN_AGE_MS));
      }
      return freed;
    },
  };
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}
