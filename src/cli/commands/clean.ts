import { gigabytes, wholeNumber, type Kind } from '../../config/kinds.ts';
import type { Evicted } from '../../images/blobs/garbage-collector.ts';
import type { Freed } from '../../images/blobs/trash.ts';
import type { Retention } from '../../maintenance/retention.ts';
import { counted, humanBytes } from '../../render/phrases.ts';
import { isId } from '../../shared/ids.ts';
import { demoFlag, type Command } from '../command.ts';
import { configure } from '../composition/configure.ts';
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts';
import type { ParsedFlags } from '../parsed-flags.ts';
import { mayHoldJobs } from '../composition/places.ts';
import type { Terminal } from '../terminal/terminal.ts';

const days = wholeNumber(1, 36_500);

export const clean: Command = {
  usage: '[--older-than DAYS] [--keep-gb GB] [--image ID …] [--orphans] [--dry-run] [--demo]',
  description: `Deletes pictures and finished jobs for good: those older than so many days (FIREFLY_RETENTION_DAYS where --older-than
is not given), then the oldest pictures while all of them take more than so many gigabytes (--keep-gb, else
FIREFLY_RETENTION_GB), or only the pictures named by --image. What belongs to an unfinished job or batch stays, and for
--keep-gb what was made in the last hour or is uploaded at Adobe. Files go with their last picture; one that was touched
in the last hour (for --image: minute) goes with a later clean-up. Servers may go on meanwhile. Copies made by save_image, and the audit log, are never touched.`,
  flags: {
    'older-than': { type: 'string', placeholder: 'DAYS', help: 'Delete what is older than so many days.' },
    'keep-gb': {
      type: 'string',
      placeholder: 'GB',
      help: 'Delete the oldest pictures while all take more than this; 0.5 is 500 MB.',
    },
    image: { type: 'string', placeholder: 'ID', help: 'Delete this picture (img_…); may be given several times.' },
    orphans: {
      type: 'boolean',
      help: 'Also delete files that the store does not know. Not after the store was replaced or restored.',
    },
    'dry-run': { type: 'boolean', help: 'Only say what would be deleted.' },
    ...demoFlag,
  },
  takesOptions: true,
  words: 0,
  async run(flags, terminal) {
    const wish = requestOf(flags, terminal);
    const { config, logger } = configure(flags, terminal, { oneShot: true });
    if (!mayHoldJobs(config)) {
      await terminal.out('There is nothing to delete yet.\n');
      return EXIT.ok;
    }
    const { openMaintenance } = await import('../composition/maintenance.ts');
    const { clock, random } = terminal;
    const { maintenance, close } = await openMaintenance(config, { clock, random, logger });
    try {
      const older = wish.older ?? config.retentionDays;
      const keep = wish.keep ?? config.retentionBytes;
      return wish.images.length > 0
        ? await removeImages(maintenance.retention, wish, terminal)
        : await tidy(maintenance.retention, { ...wish, older, keep }, terminal);
    } finally {
      await close();
    }
  },
};

interface CleanRequest {
  readonly older: number | undefined;
  /** Bytes that pictures may take. */
  readonly keep: number | undefined;
  readonly images: readonly string[];
  readonly orphans: boolean;
  readonly dryRun: boolean;
}

function requestOf(flags: ParsedFlags, terminal: Terminal): CleanRequest {
  const older = parsed('older-than', days, flags, terminal);
  const keep = parsed('keep-gb', gigabytes, flags, terminal);
  const images = [...new Set(flags.lists['image'] ?? [])];
  const wrong = images.find((id) => !isId('img', id));
  if (wrong !== undefined) throw new UsageError(`--image takes the id of a picture (img_…), not "${wrong}".`);
  const orphans = flags.booleans.has('orphans');
  if (images.length > 0 && (orphans || older !== undefined || keep !== undefined)) {
    throw new UsageError('--image deletes single pictures, and goes with --dry-run only.');
  }
  return { older, keep, images, orphans, dryRun: flags.booleans.has('dry-run') };
}

function parsed(flag: string, kind: Kind<number>, flags: ParsedFlags, terminal: Terminal): number | undefined {
  const text = flags.strings[flag];
  const value = text === undefined ? undefined : kind.parse(text, terminal);
  if (text !== undefined && value === undefined) throw new UsageError(`--${flag} must be ${kind.expected}.`);
  return value;
}

/** All of them, or none: a wrong id may mean that the wrong ones are named. */
async function removeImages(
  { collector }: Retention,
  { images, dryRun }: CleanRequest,
  terminal: Terminal,
): Promise<ExitCode> {
  const { pictures, freed, unknown } = await collector.remove(images, dryRun);
  if (unknown.length > 0) {
    terminal.err(`Nothing was deleted: there is no picture ${unknown.join(', ')}.\n`);
    return EXIT.failed;
  }
  const number = counted(pictures, 'picture');
  await terminal.out(dryRun ? `Would delete ${number}.\n` : `Deleted ${number}; ${freedText(freed)}.\n`);
  return EXIT.ok;
}

async function tidy(
  retention: Retention,
  { older, keep, orphans, dryRun }: CleanRequest,
  terminal: Terminal,
): Promise<ExitCode> {
  if (older === undefined) {
    const hint = 'No age (--older-than DAYS) and no size (--keep-gb GB) is given, so no picture and no job is deleted.';
    if (keep === undefined) await terminal.out(`${hint}\n`);
    const freed = dryRun ? undefined : await retention.collect();
    if (freed !== undefined && freed.files > 0)
      await terminal.out(`Files that nothing names any more: ${freedText(freed)}.\n`);
  } else if (dryRun) {
    const { pictures, jobs } = await retention.expire(older, { dryRun });
    await terminal.out(
      `Would delete ${counted(pictures, 'picture')} and ${counted(jobs, 'job')} older than ${counted(older, 'day')}.\n`,
    );
  } else {
    const { pictures, jobs, freed } = await retention.expire(older, { signal: terminal.interrupted() });
    await terminal.out(
      `Deleted ${counted(pictures, 'picture')} and ${counted(jobs, 'job')} older than ${counted(older, 'day')}; ${freedText(freed)}.\n`,
    );
  }
  if (keep !== undefined) {
    const evicted = await retention.fit(keep, { dryRun, signal: terminal.interrupted() });
    await terminal.out(evictedText(evicted, keep, dryRun));
  }
  if (orphans) {
    const freed = await retention.collector.files.sweepAll(dryRun);
    const text = dryRun ? `would free ${humanBytes(freed.bytes)} in ${counted(freed.files, 'file')}` : freedText(freed);
    await terminal.out(`Files that the store does not know: ${text}.\n`);
  }
  return terminal.interrupted().aborted ? EXIT.interrupted : EXIT.ok;
}

function evictedText({ pictures, bytes, freed, left, young, held }: Evicted, keep: number, dryRun: boolean): string {
  const done = dryRun
    ? `Would delete ${counted(pictures, 'old picture')}, ${humanBytes(bytes)}`
    : `Deleted ${counted(pictures, 'old picture')}; ${freedText(freed)}`;
  const later =
    !dryRun && freed.bytes < bytes ? `, the other ${humanBytes(bytes - freed.bytes)} with a later clean-up` : '';
  const limit = `the limit of ${humanBytes(keep)}`;
  if (left <= keep)
    return `${done}${later}. Pictures ${dryRun ? 'would take' : 'take'} ${humanBytes(left)}, within ${limit}.\n`;
  const stays = [
    young.pictures > 0
      ? `${humanBytes(young.bytes)} in ${counted(young.pictures, 'picture')} of the last hour`
      : undefined,
    held.pictures > 0
      ? `${humanBytes(held.bytes)} in ${counted(held.pictures, 'picture')} that unfinished jobs, batches or uploads need`
      : undefined,
  ].filter((part) => part !== undefined);
  const why = stays.length === 0 ? '' : `: ${stays.join(', and ')} may not go`;
  return `${done}${later}. Pictures still take ${humanBytes(left)}, more than ${limit}${why}.\n`;
}

function freedText({ files, bytes }: Freed): string {
  return `${humanBytes(bytes)} freed in ${counted(files, 'file')}`;
}
