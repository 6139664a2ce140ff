import { statSync, type Stats } from 'node:fs';
import { configProblem } from '../../config/sources.ts';
import { distrust } from '../../shared/files/ownership.ts';

/**
 * Refuses a data folder of another user, or one that others may write to: its `config.json` could send the client secret
 * elsewhere, and its database could name files and links.
 * @throws Problem `config_invalid`
 */
export function requireTrustedHome(home: string): void {
  const found = statOf(home);
  refuseDistrusted(home, found && distrust(found));
}

/** @param reason clause why the folder must not be believed, if there is one @throws Problem `config_invalid` */
export function refuseDistrusted(home: string, reason: string | undefined): void {
  if (reason === undefined) return;
  throw configProblem(
    `The data folder ${home} is not used: ${reason}.`,
    `Run: chmod 700 '${home}' as its owner, or let FIREFLY_HOME name a new folder, also one inside it.`,
  );
}

/** A folder that cannot be looked at cannot be read either; the call that needs the folder says so. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
