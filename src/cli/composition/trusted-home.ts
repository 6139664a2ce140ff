import { statSync } from 'node:fs';
import { configProblem } from '../../config/sources.ts';
import { distrust, foreignLink } from '../../shared/files/ownership.ts';

/**
 * Refuses a data folder of another user, one that others may write to, or one behind a link of another user: its
 * `config.json` could send the client secret elsewhere, and its database could name files and links.
 * @throws Problem `config_invalid`
 */
export function requireTrustedHome(home: string): void {
  refuseDistrusted(home, reasonAgainst(home));
}

/** @param reason clause why the folder must not be believed, if there is one @throws Problem `config_invalid` */
export function refuseDistrusted(home: string, reason: string | undefined): void {
  if (reason === undefined) return;
  throw configProblem(
    `The data folder ${home} is not used: ${reason}.`,
    `Run: chmod 700 '${home}' as its owner, or let FIREFLY_HOME name a new folder, by a path without links.`,
  );
}

/** A folder that cannot be looked at cannot be read either; the call that needs the folder says so. */
function reasonAgainst(home: string): string | undefined {
  try {
    const found = statSync(home, { throwIfNoEntry: false });
    return foreignLink(home) ?? (found && distrust(found));
  } catch {
    return undefined;
  }
}
