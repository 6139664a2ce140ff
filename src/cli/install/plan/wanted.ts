import { absolutePath } from '../../../config/environment.ts';
import { pathFault } from '../../../config/references.ts';
import { UsageError } from '../../exit-codes.ts';
import type { Client } from '../client.ts';
import { hashOf, type ConfigFile } from '../files/config-file.ts';
import type { Credentials } from '../credentials/credentials.ts';
import { INPUTS, INPUT_VARIABLES, launchOf, SERVER_NAME, variablesOf } from './launch.ts';
import { locate } from '../files/locate.ts';
import type { Known, Wanted } from './plan.ts';
import type { Setting } from './setting.ts';

/** The configuration file that a command means. @throws UsageError for a name that is no path */
export function fileOf(
  client: Client,
  named: string | undefined,
  { where, disk }: Setting,
): { readonly file: string; readonly others: readonly string[] } {
  if (named === undefined) return locate(client, where, disk);
  const fault = named.trim() === '' ? 'no file' : pathFault(named, where);
  if (fault !== undefined) throw new UsageError(`--file names ${fault}.`);
  return { file: absolutePath(named, where), others: [] };
}

/** The entry for a client: this very program, by absolute paths. */
export function wantedEntry(
  client: Client,
  { demo, credentials }: { readonly demo: boolean; readonly credentials: Credentials | undefined },
  { terminal, where, disk, home }: Setting,
): Wanted {
  const asksItself = client.inputs !== undefined && !demo;
  const variables = { ...variablesOf(where, home, credentials), ...(asksItself ? INPUT_VARIABLES : {}) };
  const launch = launchOf(programOf(terminal, disk), { demo, variables });
  return { name: SERVER_NAME, launch, inputs: asksItself ? INPUTS : [], written: [] };
}

/** What this program knows of a configuration: command lines that it has written, or would write, into it. */
export function knownOf({ path, bytes }: ConfigFile, { terminal, disk, record }: Setting): Known {
  const program = programOf(terminal, disk);
  const now = [true, false].map((demo) => launchOf(program, { demo, variables: {} }));
  const installed = record.of(path);
  if (installed === undefined) return { written: now };
  const { started, written } = installed;
  return {
    written: [...now, started],
    recorded: started,
    isAsWritten: bytes !== undefined && hashOf(bytes) === written,
  };
}

function programOf({ execPath, entry }: Setting['terminal'], disk: Setting['disk']): { node: string; script: string } {
  return { node: execPath, script: disk.look(entry)?.real ?? entry };
}
