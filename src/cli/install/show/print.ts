import { EXIT, type ExitCode } from '../../exit-codes.ts';
import type { Client } from '../client.ts';
import { secretFileOf } from '../credentials/credentials.ts';
import { snippet } from '../plan/plan.ts';
import type { Setting } from '../plan/setting.ts';
import { fileOf, wantedEntry } from '../plan/wanted.ts';

/** The placeholder that the program takes for "not configured". */
const CLIENT_ID = 'your-client-id';

/** Prints the entry on stdout and all about it on stderr. Writes nothing and asks nothing. */
export async function printEntry(
  client: Client,
  { demo, file }: { readonly demo: boolean; readonly file: string | undefined },
  setting: Setting,
): Promise<ExitCode> {
  const { terminal, where, home } = setting;
  const secretFile = secretFileOf(home, where, client);
  const needsFile = !demo && client.inputs === undefined;
  const clientId = terminal.env['FIREFLY_CLIENT_ID']?.trim() || CLIENT_ID;
  const wanted = wantedEntry(
    client,
    { demo, credentials: needsFile ? { clientId, secretFile, isNamed: false } : undefined },
    setting,
  );
  terminal.err(`${client.title} reads ${fileOf(client, file, setting).file}:\n`);
  await terminal.out(snippet(client, wanted));
  if (needsFile)
    terminal.err(`The client secret belongs in ${secretFile}, a file that only you may read (mode 0600).\n`);
  const link = client.link?.(wanted.name, wanted.launch, wanted.inputs);
  if (link !== undefined) terminal.err(`Or open this address: ${link}\n`);
  return EXIT.ok;
}
