import { absolutePath, pathRules } from '../../config/environment.ts';
import { credential } from '../../config/kinds.ts';
import { OPTIONS } from '../../config/options.ts';
import { isPlaceholder } from '../../config/placeholders.ts';
import { Problem } from '../../shared/errors.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Where } from './client.ts';
import type { Disk } from './disk.ts';

/** Credentials as an entry names them. The secret itself is in the file, or about to be written there. */
export interface Credentials {
  readonly clientId: string;
  readonly secretFile: string;
  /** The secret, if the file has yet to be written. */
  readonly secret?: string | undefined;
}

/** The file in the data folder that keeps the client secret, for clients that cannot keep secrets themselves. */
export function secretFileOf(home: string, where: Where): string {
  return pathRules(where).join(home, 'client-secret');
}

/**
 * The credentials for an entry: asked for, with what the environment and an earlier `install` gave as defaults. With
 * `quiet` only those. Undefined where there are none: the server then says what is missing.
 */
export async function findCredentials(
  terminal: Terminal,
  {
    home,
    where,
    disk,
    knownId,
    quiet,
  }: {
    readonly home: string;
    readonly where: Where;
    readonly disk: Disk;
    /** From an earlier `install`. */
    readonly knownId: string | undefined;
    readonly quiet: boolean;
  },
): Promise<Credentials | undefined> {
  const own = secretFileOf(home, where);
  const named = terminal.env['FIREFLY_CLIENT_SECRET_FILE']?.trim();
  const file = named ? absolutePath(named, where) : own;
  const inEnvironment = named ? undefined : valueOf(OPTIONS.clientSecret.variables, terminal);
  const isStored = disk.look(file)?.kind === 'file';
  const offered = valueOf(OPTIONS.clientId.variables, terminal) ?? knownId;
  if (quiet || terminal.ask === undefined || terminal.askSecret === undefined) {
    if (offered === undefined || (inEnvironment === undefined && !isStored)) return undefined;
    return { clientId: offered, secretFile: file, secret: inEnvironment };
  }
  const signal = terminal.interrupted();
  const idHint = offered === undefined ? 'empty: go on without credentials' : `empty: ${offered}`;
  const clientId = await word(
    () => terminal.ask?.(`Client id of the Adobe credential (${idHint}): `, signal),
    terminal,
  );
  if ((clientId ?? offered) === undefined) return undefined;
  if (inEnvironment !== undefined)
    return { clientId: clientId ?? offered ?? '', secretFile: file, secret: inEnvironment };
  const kept = isStored ? `empty: the one in ${file}` : 'empty: go on without credentials';
  const secret = await word(() => terminal.askSecret?.(`Client secret (not shown; ${kept}): `, signal), terminal);
  if (secret === undefined && !isStored) return undefined;
  return { clientId: clientId ?? offered ?? '', secretFile: secret === undefined ? file : own, secret };
}

/** Stores a secret that has yet to be written, for this user only. @throws Problem `home_unusable` */
export function storeSecret({ secretFile, secret }: Credentials, { where, disk }: { where: Where; disk: Disk }): void {
  if (secret === undefined) return;
  try {
    disk.makeFolders(pathRules(where).dirname(secretFile), 0o700);
    disk.replace(secretFile, Buffer.from(`${secret}\n`), 0o600);
  } catch (cause) {
    const next = 'Set FIREFLY_HOME to a folder that this user can write to.';
    throw new Problem('home_unusable', `The secret cannot be stored in ${secretFile}.`, {
      next,
      cause,
    });
  }
}

function valueOf(variables: readonly string[], { env }: Terminal): string | undefined {
  return variables.map((name) => accepted(env[name] ?? '')).find((value) => value !== undefined);
}

/** Asks until the answer is empty or a credential. */
async function word(ask: () => Promise<string> | undefined, terminal: Terminal): Promise<string | undefined> {
  for (;;) {
    const answer = (await ask())?.trim() ?? '';
    const value = accepted(answer);
    if (value !== undefined || answer === '') return value;
    terminal.err(`That is no credential: it must be ${credential.expected}.\n`);
  }
}

function accepted(text: string): string | undefined {
  // Credentials do not depend on the machine.
  const value = credential.parse(text, { platform: 'linux', cwd: '/', home: '/', env: {} });
  return value === undefined || value === '' || isPlaceholder(value) ? undefined : value;
}
