import { pathRules } from '../../../config/environment.ts';
import { credential } from '../../../config/kinds.ts';
import { isPlaceholder } from '../../../config/placeholders.ts';
import { configProblem, requireSecretFile } from '../../../config/sources.ts';
import { Problem } from '../../../shared/errors.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { Client, Where } from '../client.ts';
import type { Disk } from '../files/disk.ts';
import { offeredCredentials } from './offered-credentials.ts';
import type { Installed } from '../record/record-content.ts';
import type { Setting } from '../plan/setting.ts';

/** Credentials as an entry names them. The secret itself is in the file, or about to be written there. */
export interface Credentials {
  readonly clientId: string;
  readonly secretFile: string;
  /** Whether the file is the user's own: never written and never deleted. */
  readonly isNamed: boolean;
  /** The secret, if the file has yet to be written. */
  readonly secret?: string | undefined;
}

/** Beginning of the names of files with a client secret, in the data folder. */
export const SECRET_FILE_PREFIX = 'client-secret-';

/** The file in the data folder that keeps the client secret of a client that cannot keep secrets itself. */
export function secretFileOf(home: string, where: Where, { id }: Pick<Client, 'id'>): string {
  return pathRules(where).join(home, SECRET_FILE_PREFIX + id);
}

/**
 * The credentials for an entry: asked for, with what the environment and an earlier `install` gave as defaults. With
 * `quiet` only those. Undefined where there are none: the server then says what is missing.
 * @throws Problem `config_invalid` for credentials of the environment, or a stored secret, that cannot be used
 */
export async function findCredentials(
  client: Client,
  { file, quiet }: { readonly file: string; readonly quiet: boolean },
  { terminal, where, disk, home, record }: Setting,
): Promise<Credentials | undefined> {
  const own = secretFileOf(home, where, client);
  const known = knownTo(record.all(), client, file);
  const given = offeredCredentials(where, disk);
  const stored = [known?.secretFile, own].find((path) => path !== undefined && disk.look(path)?.kind === 'file');
  const offered = given.clientId ?? known?.clientId;
  const isGiven = given.secret !== undefined;
  /** With the secret of the environment, or the one that is stored. */
  const withSecret = (clientId: string): Credentials => {
    if (given.secretFile !== undefined) return { clientId, secretFile: given.secretFile, isNamed: true };
    if (isGiven || stored === undefined) return { clientId, secretFile: own, isNamed: false, secret: given.secret };
    // The server would refuse it.
    const found = disk.look(stored);
    if (found !== undefined) requireSecretFile(stored, found, where);
    if (stored === own) return { clientId, secretFile: own, isNamed: false };
    const isOurs = record.all().some(({ storedSecret }) => storedSecret === stored);
    if (!isOurs) return { clientId, secretFile: stored, isNamed: true };
    // A file for each client: a new secret for one of them leaves the others as they are.
    return {
      clientId,
      secretFile: own,
      isNamed: false,
      secret: Buffer.from(disk.read(stored)).toString('utf8').trim(),
    };
  };
  /** Whether the stored secret belongs to this id, as far as is known. */
  const isStoredFor = (id: string) => stored !== undefined && (known?.clientId ?? id) === id;
  if (quiet || terminal.ask === undefined || terminal.askSecret === undefined) {
    if (offered === undefined && isGiven) {
      throw configProblem('The environment has a client secret and no client id.', 'Set FIREFLY_CLIENT_ID too.');
    }
    return offered === undefined || !(isGiven || isStoredFor(offered)) ? undefined : withSecret(offered);
  }
  const signal = terminal.interrupted();
  const idHint = offered === undefined ? 'empty: go on without credentials' : `empty: ${offered}`;
  const typed = await word(() => terminal.ask?.(`Client id of the Adobe credential (${idHint}): `, signal), terminal);
  const clientId = typed ?? offered;
  if (clientId === undefined) return undefined;
  if (isGiven) return withSecret(clientId);
  const isKept = isStoredFor(clientId);
  const kept = isKept ? `empty: the one in ${stored}` : 'empty: go on without credentials';
  const secret = await word(() => terminal.askSecret?.(`Client secret (not shown; ${kept}): `, signal), terminal);
  if (secret !== undefined) return { clientId, secretFile: own, isNamed: false, secret };
  return isKept ? withSecret(clientId) : undefined;
}

/** What was installed with credentials: into this file, else for this client, else for any. */
function knownTo(all: readonly Installed[], client: Client, file: string): Installed | undefined {
  const entries = all.filter(({ clientId }) => clientId !== undefined);
  return (
    entries.find((entry) => entry.file === file) ?? entries.find((entry) => entry.client === client.id) ?? entries[0]
  );
}

/**
 * Refuses to replace a secret that another entry uses, or that `install` did not write.
 * @param file the configuration that gets the entry
 * @throws Problem `client_config_conflict`
 */
export function requireReplaceable(
  { secretFile, secret }: Credentials,
  file: string,
  { disk, record }: Pick<Setting, 'disk' | 'record'>,
): void {
  const found = secret === undefined ? undefined : disk.look(secretFile);
  if (found === undefined) return;
  if (found.kind === 'file' && Buffer.from(disk.read(secretFile)).toString('utf8').trim() === secret) return;
  const users = record.all().filter((entry) => entry.storedSecret === secretFile || entry.secretFile === secretFile);
  const others = users.filter((entry) => entry.file !== file).map((entry) => entry.file);
  if (found.kind === 'file' && others.length === 0 && users.some(({ storedSecret }) => storedSecret === secretFile)) {
    return;
  }
  const why = others.length > 0 ? `${others.join(' and ')} names it too` : '"firefly-mcp install" did not write it';
  throw new Problem(
    'client_config_conflict',
    `${secretFile} holds another client secret, and ${why}. Nothing was changed.`,
    { next: 'Move that file away, or keep the new secret in a file that FIREFLY_CLIENT_SECRET_FILE names.' },
  );
}

/** Stores a secret that has yet to be written, for this user only. @throws Problem `home_unusable` */
export function storeSecret({ secretFile, secret }: Credentials, disk: Disk): void {
  if (secret === undefined) return;
  try {
    disk.replace(secretFile, Buffer.from(`${secret}\n`), 0o600);
  } catch (cause) {
    const next = 'Set FIREFLY_HOME to a folder that this user can write to.';
    throw new Problem('home_unusable', `The secret cannot be stored in ${secretFile}.`, { next, cause });
  }
}

/** Asks until the answer is empty or a credential. */
async function word(ask: () => Promise<string> | undefined, terminal: Terminal): Promise<string | undefined> {
  for (;;) {
    const answer = (await ask())?.trim() ?? '';
    const value = accepted(answer);
    if (value !== undefined || answer === '') return value;
    // The answer may be a secret, and is not repeated.
    const why = isPlaceholder(answer) ? IS_EXAMPLE : `it must be ${credential.expected}`;
    terminal.err(`That is no credential: ${why}.\n`);
  }
}

const IS_EXAMPLE =
  'it looks like the placeholder of an example. Copy the one from the page of the credential in the Adobe Developer Console; a client id is 32 letters and digits there';

function accepted(text: string): string | undefined {
  // Credentials do not depend on the machine.
  const value = credential.parse(text, { platform: 'linux', cwd: '/', home: '/', env: {} });
  return value === undefined || value === '' || isPlaceholder(value) ? undefined : value;
}
