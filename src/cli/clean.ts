import { wholeNumber } from '../config/kinds.ts';
import type { Freed } from '../images/discard.ts';
import type { Housekeeping } from '../jobs/housekeeping/index.ts';
import { counted, humanBytes } from '../render/phrases.ts';
import { isId } from '../shared/ids.ts';
import { demoFlag, type Command } from './command.ts';
import { mayHoldJobs } from './compose.ts';
import { configure } from './configure.ts';
import { EXIT, UsageError, type ExitCode } from './exit-codes.ts';
import type { ParsedFlags } from './flags.ts';
import type { Terminal } from './terminal.ts';

const days = wholeNumber(1, 36_500);

export const clean: Command = {
  usage: '[--older-than DAYS] [--image ID …] [--orphans] [--dry-run] [--demo]',
  description: `Deletes pictures and finished jobs for good: those older than so many days (FIREFLY_RETENTION_DAYS where --older-than
is not given), or only the pictures named by --image. Their files go with them, unless another picture or an unfinished
job needs them; a file that was touched in the last hour (for --image: minute) goes with a later clean-up. Servers may
go on meanwhile. Copies made by save_image, and the audit log, are never touched.`,
  flags: {
    'older-than': { type: 'string', placeholder: 'DAYS', help: 'Delete what is older than so many days.' },
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
    const wish = wishOf(flags, terminal);
    const { config, logger } = configure(flags, terminal, { oneShot: true });
    if (!mayHoldJobs(config)) {
      await terminal.out('There is nothing to delete yet.\n');
      return EXIT.ok;
    }
    const { openHousekeeping } = await import('./housekeeping.ts');
    const { clock, random } = terminal;
    const { house, close } = await openHousekeeping(config, { clock, random, logger });
    try {
      const older = wish.older ?? config.retentionDays;
      return wish.images.length > 0
        ? await removeImages(house, wish, terminal)
        : await tidy(house, { ...wish, older }, terminal);
    } finally {
      await close();
    }
  },
};

interface Wish {
  readonly older: number | undefined;
  readonly images: readonly string[];
  readonly orphans: boolean;
  readonly dryRun: boolean;
}

function wishOf(flags: ParsedFlags, terminal: Terminal): Wish {
  const text = flags.strings['older-than'];
  const older = text === undefined ? undefined : days.parse(text, terminal);
  if (text !== undefined && older === undefined) throw new UsageError(`--older-than must be ${days.right}.`);
  const images = [...new Set(flags.lists['image'] ?? [])];
  const wrong = images.find((id) => !isId('img', id));
  if (wrong !== undefined) throw new UsageError(`--image takes the id of a picture (img_…), not "${wrong}".`);
  const orphans = flags.booleans.has('orphans');
  if (images.length > 0 && (orphans || older !== undefined)) {
    throw new UsageError('--image deletes single pictures, and goes with --dry-run only.');
  }
  return { older, images, orphans, dryRun: flags.booleans.has('dry-run') };
}

/** All of them, or none: a wrong id may mean that the wrong ones are named. */
async function removeImages(
  { collection }: Housekeeping,
  { images, dryRun }: Wish,
  terminal: Terminal,
): Promise<ExitCode> {
  const known = await collection.known(images);
  const unknown = images.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    terminal.err(`Nothing was deleted: there is no picture ${unknown.join(', ')}.\n`);
    return EXIT.failed;
  }
  if (dryRun) {
    await terminal.out(`Would delete ${counted(images.length, 'picture')}.\n`);
    return EXIT.ok;
  }
  const { pictures, freed } = await collection.remove(images);
  await terminal.out(`Deleted ${counted(pictures, 'picture')}; ${freedText(freed)}.\n`);
  return EXIT.ok;
}

async function tidy(house: Housekeeping, { older, orphans, dryRun }: Wish, terminal: Terminal): Promise<ExitCode> {
  const { retention, collection } = house;
  if (older === undefined) {
    const hint = 'No age is given (--older-than DAYS, or FIREFLY_RETENTION_DAYS), so no picture and no job is deleted.';
    await terminal.out(`${hint}\n`);
    if (!dryRun) await terminal.out(`Files that nothing names any more: ${freedText(await retention.collect())}.\n`);
  } else if (dryRun) {
    const { pictures, jobs } = await retention.wouldExpire(older);
    await terminal.out(
      `Would delete ${counted(pictures, 'picture')} and ${counted(jobs, 'job')} older than ${counted(older, 'day')}.\n`,
    );
  } else {
    const { pictures, jobs, freed } = await retention.expire(older, terminal.interrupted());
    await terminal.out(
      `Deleted ${counted(pictures, 'picture')} and ${counted(jobs, 'job')} older than ${counted(older, 'day')}; ${freedText(freed)}.\n`,
    );
  }
  if (orphans) {
    const freed = await collection.sweepOrphans({ dryRun });
    const text = dryRun ? `would free ${humanBytes(freed.bytes)} in ${counted(freed.files, 'file')}` : freedText(freed);
    await terminal.out(`Files that the store does not know: ${text}.\n`);
  }
  return terminal.interrupted().aborted ? EXIT.interrupted : EXIT.ok;
}

function freedText({ files, bytes }: Freed): string {
  return `${humanBytes(bytes)} freed in ${counted(files, 'file')}`;
}
