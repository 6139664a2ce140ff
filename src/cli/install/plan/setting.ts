import { pathRules, type Environment } from '../../../config/environment.ts';
import { pathFault } from '../../../config/references.ts';
import { resolveHome } from '../../../config/resolve.ts';
import { configProblem } from '../../../config/sources.ts';
import { errorCode, Problem } from '../../../shared/errors.ts';
import { requireReachable } from '../../../shared/files/locked-folder.ts';
import { isOpenForOthers, octal } from '../../../shared/files/ownership.ts';
import { refuseDistrusted } from '../../composition/trusted-home.ts';
import { EXIT, type ExitCode } from '../../exit-codes.ts';
import { Interruption } from '../../terminal/ask-secret.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { Where } from '../client.ts';
import type { Disk } from '../files/disk.ts';
import { InstallRecord } from '../record/record.ts';

/** What `install` and `uninstall` work with. */
export interface Setting {
  readonly terminal: Terminal;
  readonly where: Where;
  readonly disk: Disk;
  /** The data folder. */
  readonly home: string;
  readonly record: InstallRecord;
}

/** @throws Problem `config_invalid` for a home folder or a data folder that is no path */
export function settingOf(terminal: Terminal, disk: Disk): Setting {
  const { platform, cwd, home: userHome, env } = terminal;
  const where: Where = { platform, cwd, home: userHome, env, names: (folder) => disk.names(folder) };
  requireUserHome(where);
  const home = resolveHome(where);
  return { terminal, where, disk, home, record: new InstallRecord(home, where, disk) };
}

/** Clients would look for their files elsewhere, and paths of an entry would depend on the folder in which a client works. */
function requireUserHome(where: Environment): void {
  const variable = where.platform === 'win32' ? 'USERPROFILE' : 'HOME';
  const home = where.env[variable] ?? where.home;
  const fault = pathFault(home, where);
  if (fault === undefined && pathRules(where).isAbsolute(home)) return;
  const what = fault ?? (home === '' ? 'no folder' : `${home}, which is no absolute path`);
  throw configProblem(`${variable} names ${what}. Nothing was changed.`, 'Set it to the home folder of this user.');
}

/**
 * Says that other users may open the data folder, in which secrets are kept. Windows has no permission bits.
 * @throws Problem `config_invalid` for a folder that the server would refuse too: others may write to it, or own it;
 *   `home_unusable` for one that this user cannot get to
 */
export function requirePrivateFolder({ terminal, where, disk, home }: Setting): void {
  const found = attemptAt(home, () => disk.look(home));
  refuseDistrusted(home, found?.distrust);
  if (where.platform === 'win32' || found?.kind !== 'folder' || !isOpenForOthers(found.mode)) return;
  terminal.err(`Other users may open ${home} (mode ${octal(found.mode)}). Run: chmod 700 '${home}'\n`);
}

function attemptAt<T>(home: string, look: () => T): T {
  try {
    return look();
  } catch (cause) {
    requireReachable(home);
    throw unusableHome(home, cause);
  }
}

function unusableHome(home: string, cause: unknown): Problem {
  const code = errorCode(cause) ?? 'error';
  return new Problem('home_unusable', `The data folder ${home} cannot be used (${code}). Nothing was changed.`, {
    next: 'Set FIREFLY_HOME to a folder that this user can read and write.',
    cause,
  });
}

/** Asks a question of yes or no; yes without asking where `yes` is given. */
export async function agrees(question: string, { terminal }: Setting, yes: boolean): Promise<boolean> {
  if (yes) return true;
  const answer = await terminal.ask?.(`${question} [y/N] `, terminal.interrupted());
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}

/** @throws Problem `confirmation_required` in a script that has not agreed beforehand */
export function requireAgreement({ terminal }: Setting, yes: boolean, otherwise: string): void {
  if (yes || terminal.ask !== undefined) return;
  throw new Problem('confirmation_required', 'No person is at this terminal to agree. Nothing was changed.', {
    next: `Add --yes to agree beforehand${otherwise}.`,
  });
}

/** Runs a command in which Ctrl-C in place of an answer ends it. */
export async function untilInterrupted(terminal: Terminal, run: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Interruption) && !terminal.interrupted().aborted) throw error;
    terminal.err('\nNothing was changed.\n');
    return EXIT.interrupted;
  }
}
