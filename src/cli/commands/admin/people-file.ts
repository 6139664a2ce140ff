import { wholeNumber } from '../../../config/kinds.ts';
import { Problem } from '../../../shared/errors.ts';
import { isRecord } from '../../../shared/text/json.ts';
import { configure } from '../../composition/configure.ts';
import { EXIT, UsageError, type ExitCode } from '../../exit-codes.ts';
import type { ParsedFlags } from '../../parsed-flags.ts';
import type { Terminal } from '../../terminal/terminal.ts';

const budget = wholeNumber(0, 10_000_000);

/**
 * Adds the person that the second word names to the file of people, or gives the person a new token. The file gets the
 * hash; the token is shown once, on a screen, and is nowhere else: what is no screen may be a log.
 * @throws UsageError, Problem `config_invalid` where the file cannot be used
 */
export async function addPerson(flags: ParsedFlags, terminal: Terminal): Promise<ExitCode> {
  const { authFile } = configure(flags, terminal, { oneShot: true }).config;
  if (authFile === undefined) {
    throw new Problem('config_invalid', 'No file of people is configured.', {
      next: 'Set FIREFLY_AUTH_FILE, or give --auth-file FILE; a new file is made where there is none.',
    });
  }
  const [, name] = flags.words;
  if (name === undefined) throw new UsageError('Name the person, as in "admin token ada".');
  if (terminal.errScreen === undefined) {
    throw new UsageError('The token is shown on a screen only. For scripts, docs/signing-in.md has another way.');
  }
  const { parsePeople, readPeopleFile, unusable } = await import('../../composition/sign-in/people-file.ts');
  const { systemDisk } = await import('../../install/files/disk.ts');
  const { newToken } = await import('../../../mcp/http/new-token.ts');
  const { Person, tokenHash } = await import('../../../mcp/sign-in/people.ts');
  const isNew = systemDisk.look(authFile) === undefined;
  const text = isNew ? '{"people":[]}' : readPeopleFile(authFile);
  const present = parsePeople(text, authFile);
  const replaces = flags.booleans.has('replace');
  const known = present.find((person) => person.name === name);
  if (known !== undefined && !replaces) {
    throw new UsageError(`${name} is in ${authFile} already; --replace gives a new token.`);
  }
  if (known === undefined && replaces) throw new UsageError(`${name} is not in ${authFile}.`);
  if (known?.principal !== undefined) throw new UsageError(`${name} signs in at the issuer, and has no token here.`);
  const token = newToken(terminal.random);
  const entry = Person.safeParse({ ...known, name, token_sha256: tokenHash(token), ...rightsIn(flags, terminal) });
  if (!entry.success)
    throw new UsageError(`${name} cannot be a name: letters, digits, "." "_" "@" "+" "-", at most 64.`);
  const file: unknown = JSON.parse(text);
  const people = present.map((person) => (person === known ? entry.data : person));
  const content = { ...(isRecord(file) ? file : {}), people: known === undefined ? [...people, entry.data] : people };
  const written = `${JSON.stringify(content, undefined, 2)}\n`;
  parsePeople(written, authFile);
  try {
    systemDisk.replace(authFile, Buffer.from(written), 0o600);
  } catch (error) {
    throw unusable(authFile, 'it cannot be written', error);
  }
  terminal.err(
    `The token of ${name}, which is shown this once:\n\n  ${token}\n\nIts hash is in ${authFile}. Send the token by a way that nobody else reads; the client sends the header "Authorization: Bearer TOKEN".\n`,
  );
  return EXIT.ok;
}

/** Scopes and budget that the flags name. @throws UsageError */
function rightsIn(flags: ParsedFlags, terminal: Terminal): { readonly scopes?: string[]; readonly budget?: number } {
  const { scopes, budget: most } = flags.strings;
  const number = most === undefined ? undefined : budget.parse(most, terminal);
  if (most !== undefined && number === undefined) throw new UsageError(`--budget must be ${budget.expected}.`);
  const names = scopes?.split(',').map((scope) => scope.trim().replace(/^firefly:/, ''));
  if (names?.some((scope) => !['read', 'generate', 'admin'].includes(scope))) {
    throw new UsageError('--scopes takes read, generate and admin, separated by commas.');
  }
  return {
    ...(names && { scopes: names.map((scope) => `firefly:${scope}`) }),
    ...(number !== undefined && { budget: number }),
  };
}
