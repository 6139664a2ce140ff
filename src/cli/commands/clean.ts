import { gigabytes, wholeNumber, type Kind } from '../../config/kinds.ts';
import type { Freed } from '../../images/blobs/freed.ts';
import type { Evicted, Retention } from '../../maintenance/retention.ts';
import { counted, humanBytes } from '../../render/phrases.ts';
import { isId } from '../../shared/ids.ts';
import { demoFlag, type Command } from '../command.ts';
import { configure } from '../composition/configure.ts';
import { holdsJobs } from '../composition/data-paths.ts';
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts';
import type { ParsedFlags } from '../parsed-flags.ts';
import type { Terminal } from '../terminal/terminal.ts';

const days = wholeNumber(1, 36_500);

export const clean: Command = {
  usage: '[--older-than DAYS] [--keep-gb GB] [--image ID …] [--orphans] [--dry-run] [--demo]',
  description: `Permanently deletes pictures and finished jobs: those older than a number of days (--older-than, else
FIREFLY_RETENTION_DAYS), then the oldest pictures until the rest fits into a size (--keep-gb, else FIREFLY_RETENTION_GB);
or only the pictures given with --image.

Kept in any case: what an unfinished job, batch or edit needs, copies made by save_image, and the audit log. --keep-gb also
keeps pictures of the last hour and those that are uploaded to Adobe. A file is deleted with the last picture that uses
it; a file used within the last hour (with --image: the last minute) is deleted by a later clean-up. Servers may run
meanwhile.`,
  flags: {
    'older-than': { type: 'string', placeholder: 'DAYS', help: 'Delete what is older than this many days.' },
    'keep-gb': {
      type: 'string',
      placeholder: 'GB',
      help: 'Delete the oldest pictures while all of them take more than this; 0.5 is 500 MB.',
    },
    image: { type: 'string', placeholder: 'ID', help: 'Delete this picture (img_…); may be repeated.' },
    orphans: {
      type: 'boolean',
      help: 'Also delete files that the job store does not know. Never use it after the store was replaced or restored.',
    },
    'dry-run': { type: 'boolean', help: 'Show what would be deleted, and delete nothing.' },
    ...demoFlag,
  },
  takesOptions: true,
  words: 0,
  async run(flags, terminal) {
    const request = requestOf(flags, terminal);
    const { config, logger } = configure(flags, terminal, { oneShot: true });
    if (!(await holdsJobs(config))) {
      await terminal.out('There is nothing to delete yet.\n');
      return EXIT.ok;
    }
    const { openMaintenance } = await import('../composition/maintenance.ts');
    const { clock, random } = terminal;
    const { maintenance, close } = await openMaintenance(config, { clock, random, logger });
    try {
      const olderThan = request.olderThan ?? config.retentionDays;
      const keep = request.keep ?? config.retentionBytes;
      return request.images.length > 0
        ? await removeImages(maintenance.retention, request, terminal)
        : await applyRules(maintenance.retention, { ...request, olderThan, keep }, terminal);
    } finally {
      await close();
    }
  },
};

interface CleanRequest {
  /** Days. */
  readonly olderThan: number | undefined;
  /** Bytes that all pictures together may take. */
  readonly keep: number | undefined;
  readonly images: readonly string[];
  readonly orphans: boolean;
  readonly dryRun: boolean;
}

function requestOf(flags: ParsedFlags, terminal: Terminal): CleanRequest {
  const olderThan = parsed('older-than', days, flags, terminal);
  const keep = parsed('keep-gb', gigabytes, flags, terminal);
  const images = [...new Set(flags.lists['image'] ?? [])];
  const wrong = images.find((id) => !isId('img', id));
  if (wrong !== undefined) throw new UsageError(`--image takes the id of a picture (img_…), not "${wrong}".`);
  const orphans = flags.booleans.has('orphans');
  if (images.length > 0 && (orphans || olderThan !== undefined || keep !== undefined)) {
    throw new UsageError('--image deletes single pictures and can be combined with --dry-run only.');
  }
  return { olderThan, keep, images, orphans, dryRun: flags.booleans.has('dry-run') };
}

function parsed(flag: string, kind: Kind<number>, flags: ParsedFlags, terminal: Terminal): number | undefined {
  const text = flags.strings[flag];
  const value = text === undefined ? undefined : kind.parse(text, terminal);
  if (text !== undefined && value === undefined) throw new UsageError(`--${flag} must be ${kind.expected}.`);
  return value;
}

/**
 * Deletes all of `images` that nothing needs, or none where one is unknown: that suggests that the other ids may be wrong
 * too.
 */
async function removeImages(
  { collector }: Retention,
  { images, dryRun }: CleanRequest,
  terminal: Terminal,
): Promise<ExitCode> {
  const { pictures, freed, kept, unknown } = await collector.remove(images, dryRun);
  if (unknown.length > 0) {
    terminal.err(`Nothing was deleted: ${unknown.join(', ')} ${unknown.length === 1 ? 'does' : 'do'} not exist.\n`);
    return EXIT.failed;
  }
  const number = counted(pictures, 'picture');
  await terminal.out(dryRun ? `Would delete ${number}.\n` : `Deleted ${number}; ${freedText(freed)}.\n`);
  if (kept.length === 0) return EXIT.ok;
  terminal.err(
    `Kept ${kept.join(', ')}: an unfinished job, batch or edit needs ${kept.length === 1 ? 'it' : 'them'}.\n`,
  );
  return EXIT.failed;
}

async function applyRules(retention: Retention, request: CleanRequest, terminal: Terminal): Promise<ExitCode> {
  const { olderThan, keep, orphans, dryRun } = request;
  if (olderThan !== undefined) {
    await terminal.out(await expire(retention, { olderThan, dryRun }, terminal));
  } else {
    const hint =
      'Neither an age (--older-than DAYS) nor a size (--keep-gb GB) is set: no pictures or jobs are deleted.';
    if (keep === undefined) await terminal.out(`${hint}\n`);
    const freed = dryRun ? undefined : await retention.collect();
    if (freed !== undefined && freed.files > 0) await terminal.out(`Unused files: ${freedText(freed)}.\n`);
  }
  if (keep !== undefined) {
    const evicted = await retention.fit(keep, { dryRun, signal: terminal.interrupted() });
    await terminal.out(evictedText(evicted, keep, dryRun));
  }
  if (orphans) {
    const freed = await retention.collector.sweepAll(dryRun);
    const text = dryRun ? `would free ${humanBytes(freed.bytes)} in ${counted(freed.files, 'file')}` : freedText(freed);
    await terminal.out(`Files that the job store does not know: ${text}.\n`);
  }
  return terminal.interrupted().aborted ? EXIT.interrupted : EXIT.ok;
}

/** Deletes by age. The text for the person at the terminal. */
async function expire(
  retention: Retention,
  { olderThan, dryRun }: { olderThan: number; dryRun: boolean },
  terminal: Terminal,
): Promise<string> {
  const { pictures, jobs, freed } = await retention.expire(olderThan, { dryRun, signal: terminal.interrupted() });
  const found = `${counted(pictures, 'picture')} and ${counted(jobs, 'job')} older than ${counted(olderThan, 'day')}`;
  return dryRun ? `Would delete ${found}.\n` : `Deleted ${found}; ${freedText(freed)}.\n`;
}

function evictedText({ pictures, bytes, freed, left, young, held }: Evicted, keep: number, dryRun: boolean): string {
  const done = dryRun
    ? `Would delete ${counted(pictures, 'old picture')}, ${humanBytes(bytes)}`
    : `Deleted ${counted(pictures, 'old picture')}; ${freedText(freed)}`;
  const later =
    !dryRun && freed.bytes < bytes ? `, the remaining ${humanBytes(bytes - freed.bytes)} by a later clean-up` : '';
  const limit = `the limit of ${humanBytes(keep)}`;
  if (left <= keep)
    return `${done}${later}. Pictures ${dryRun ? 'would take' : 'take'} ${humanBytes(left)}, within ${limit}.\n`;
  const kept = [
    young.pictures > 0
      ? `${humanBytes(young.bytes)} in ${counted(young.pictures, 'picture')} of the last hour`
      : undefined,
    held.pictures > 0
      ? `${humanBytes(held.bytes)} in ${counted(held.pictures, 'picture')} that unfinished jobs, batches or uploads need`
      : undefined,
  ].filter((part) => part !== undefined);
  const why = kept.length === 0 ? '' : `: ${kept.join(', and ')} cannot be deleted now`;
  return `${done}${later}. Pictures still take ${humanBytes(left)}, more than ${limit}${why}.\n`;
}

function freedText({ files, bytes }: Freed): string {
  return `${humanBytes(bytes)} freed in ${counted(files, 'file')}`;
}
