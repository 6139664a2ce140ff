import type { Administration, Forgotten } from '../../../jobs/model/administration.ts';
import { Problem } from '../../../shared/errors.ts';
import { EXIT, type ExitCode } from '../../exit-codes.ts';
import { askOn } from '../../terminal/confirm-prompt.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** Whose things are deleted, and how. */
interface How {
  readonly principal: string;
  readonly isDryRun: boolean;
  readonly isAgreed: boolean;
}

/**
 * Deletes everything of a principal, once a person has agreed.
 * @throws Problem `confirmation_required` in a script without --yes
 */
export async function forget(
  administration: Administration,
  { principal, isDryRun, isAgreed }: How,
  terminal: Terminal,
): Promise<ExitCode> {
  const { counted, humanBytes } = await import('../../../render/phrases.ts');
  const told = ({ jobs, batches, pictures }: Forgotten) =>
    `${counted(jobs, 'job')}, ${batches === 1 ? '1 batch' : `${batches} batches`}, ${counted(pictures, 'picture')}`;
  const planned = await administration.forget(principal, { dryRun: true });
  const what = `${told(planned)} of ${principal}`;
  if (isDryRun) {
    await terminal.out(`Would delete ${what}; ${counted(planned.unfinished, 'unfinished job')} would be cancelled.\n`);
    return EXIT.ok;
  }
  if (!isAgreed && !(await agrees(`Delete ${what}, for good?`, terminal))) {
    await terminal.out('Nothing was deleted.\n');
    return EXIT.failed;
  }
  const done = await administration.forget(principal);
  const { freed, unfinished } = done;
  await terminal.out(`Deleted ${told(done)}; ${humanBytes(freed.bytes)} freed. The record of spending stays.\n`);
  if (unfinished === 0) return EXIT.ok;
  terminal.err(`${counted(unfinished, 'job')} cannot be deleted yet: the cancel is requested. Run this again later.\n`);
  return EXIT.failed;
}

async function agrees(question: string, terminal: Terminal): Promise<boolean> {
  const ask = askOn(terminal, terminal.interrupted());
  if (ask === undefined) {
    throw new Problem('confirmation_required', `${question} Nobody can be asked here.`, {
      next: 'Run it again with --yes to agree.',
    });
  }
  return (await ask({ act: 'delete', text: question, box: 'Delete', mark: question })) === 'given';
}
