import { absolutePath } from '../../config/environment.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Client, Launch } from './client.ts';
import {
  backUp,
  bytesOf,
  editing,
  hashOf,
  locate,
  makeFolder,
  readConfig,
  writeConfig,
  type ConfigFile,
} from './config-file.ts';
import { firstExtension } from './edit/json-tree.ts';
import { findCredentials, requireReplaceable, storeSecret, type Credentials } from './credentials.ts';
import { difference } from './difference.ts';
import { INPUTS, INPUT_VARIABLES, launchOf, SERVER_NAME, variablesOf } from './launch.ts';
import type { Started } from './ownership.ts';
import { hasEntry, isForeign, planInstall, type Plan, type Wanted } from './plan.ts';
import { agrees, isColoured, requireAgreement, type Setting } from './setting.ts';

/** What the command line says. */
export interface InstallRequest {
  readonly demo: boolean;
  /** Agrees to everything beforehand, and asks nothing. */
  readonly yes: boolean;
  /** A configuration file other than the client's usual one. */
  readonly file: string | undefined;
}

/**
 * Adds this program to a client's configuration, after a person has seen the difference and agreed.
 * @throws Problem `client_config_broken`, `client_config_unusable`, `client_config_conflict`, `confirmation_required`,
 *   `config_invalid`, `home_unusable`; nothing is changed then
 */
export async function install(client: Client, request: InstallRequest, setting: Setting): Promise<ExitCode> {
  const { terminal, disk } = setting;
  const { demo, yes } = request;
  requireAgreement(setting, yes, ', or see with --print what would be added');
  const { file, others } = fileOf(client, request.file, setting);
  const config = readConfig(file, disk);
  // A file that cannot be changed is told before anything is asked.
  const wasThere = editing(file, () => hasEntry(client, SERVER_NAME, config.text));
  const asksItself = client.inputs !== undefined;
  const credentials = demo || asksItself ? undefined : await findCredentials(client, { file, quiet: yes }, setting);
  if (credentials !== undefined) requireReplaceable(credentials, file, setting);
  const wanted = { ...wantedEntry(client, { demo, credentials }, setting), written: writtenTo(file, setting) };
  const plan = editing(file, () => planInstall(client, wanted, config.text));
  if (plan.steps.length === 0) {
    if (credentials !== undefined) storeSecret(credentials, setting);
    await terminal.out(`${client.title} has this entry already, in ${file}. ${client.reload}\n`);
    return EXIT.ok;
  }
  terminal.err(`${client.title}: ${file}${config.bytes === undefined ? ' (new)' : ''}\n`);
  for (const other of others) terminal.err(`  ${other} exists too and stays as it is; --file names it.\n`);
  terminal.err(difference(plan.steps, { colour: isColoured(terminal) }));
  const extension = client.format === 'json' ? firstExtension(config.text) : undefined;
  if (extension !== undefined) {
    terminal.err(`The file has a comment or a trailing comma (${extension}), which ${client.title} may not read.\n`);
  }
  for (const note of notesOn(wanted.launch, { demo, credentials, asksItself })) terminal.err(`${note}\n`);
  const question = wasThere ? 'Replace the entry?' : 'Add this entry?';
  if (!(await agrees(question, setting, yes))) {
    terminal.err('Nothing was changed.\n');
    return EXIT.failed;
  }
  if (credentials !== undefined) storeSecret(credentials, setting);
  const { command, args } = wanted.launch;
  const backup = carryOut(client, { config, plan, credentials, wasThere, started: { command, args } }, setting);
  const kept = backup === undefined ? '' : ` The file as it was: ${backup}.`;
  await terminal.out(`Added to ${client.title}, in ${file}.${kept} ${client.reload}\n`);
  return EXIT.ok;
}

/** The configuration file that a command means. */
export function fileOf(
  client: Client,
  named: string | undefined,
  { where, disk }: Setting,
): { readonly file: string; readonly others: readonly string[] } {
  return named === undefined ? locate(client, where, disk) : { file: absolutePath(named, where), others: [] };
}

/** The entry for a client: this very program, by absolute paths. */
export function wantedEntry(
  client: Client,
  { demo, credentials }: { readonly demo: boolean; readonly credentials: Credentials | undefined },
  { terminal, where, disk, home }: Setting,
): Wanted {
  const asksItself = client.inputs !== undefined && !demo;
  const variables = { ...variablesOf(where, home, credentials), ...(asksItself ? INPUT_VARIABLES : {}) };
  const program = programOf(terminal, disk);
  const launch = launchOf(program, { demo, variables });
  return { name: SERVER_NAME, launch, inputs: asksItself ? INPUTS : [], written: [] };
}

/** Command lines that this program has written, or would write, into a file. */
export function writtenTo(file: string, { terminal, disk, record }: Setting): readonly Started[] {
  const program = programOf(terminal, disk);
  const now = [true, false].map((demo) => launchOf(program, { demo, variables: {} }));
  const then = record.of(file)?.started;
  return then === undefined ? now : [...now, then];
}

function programOf({ execPath, entry }: Setting['terminal'], disk: Setting['disk']): { node: string; script: string } {
  return { node: execPath, script: disk.look(entry)?.real ?? entry };
}

/** Sentences beside the difference. */
function notesOn(
  { args }: Launch,
  { demo, credentials, asksItself }: { demo: boolean; credentials: Credentials | undefined; asksItself: boolean },
): readonly string[] {
  const fromCache = args.some((word) => /[\\/]_npx[\\/]/.test(word));
  return [
    ...(fromCache
      ? [
          'This program runs from the cache of npx, which npm may empty: install the package globally for an entry that lasts.',
        ]
      : []),
    ...(demo ? ['With --demo, pictures come from the emulator and not from Adobe.'] : []),
    ...(demo || asksItself || credentials !== undefined
      ? []
      : ['Without credentials: the server starts, and each paid call says what is missing.']),
  ];
}

/** The file with a secret that has to go with the entry. A file that the user names is the user's from then on. */
function storedBy(credentials: Credentials | undefined, former: string | undefined): string | undefined {
  if (credentials === undefined) return former;
  if (!credentials.isNamed) return credentials.secretFile;
  return former === credentials.secretFile ? undefined : former;
}

/** Records how to undo it, and writes. @returns the copy of the file as it was */
function carryOut(
  client: Client,
  change: {
    config: ConfigFile;
    plan: Plan;
    credentials: Credentials | undefined;
    wasThere: boolean;
    started: Started;
  },
  setting: Setting,
): string | undefined {
  const { terminal, disk, where, record } = setting;
  const { config, plan, credentials, wasThere, started } = change;
  const { bytes, path } = config;
  const former = record.of(path);
  // Nothing but this program has changed the file since: the copy that was made then is the one to go back to.
  const isUnchanged = former !== undefined && bytes !== undefined && hashOf(bytes) === former.written;
  const backup = isUnchanged ? undefined : backUp(config, terminal.clock.now(), disk);
  const copy = backup === undefined || bytes === undefined ? undefined : { backup, hash: hashOf(bytes) };
  const known = { name: SERVER_NAME, written: writtenTo(path, setting) };
  const replaces = wasThere && editing(path, () => isForeign(client, known, config.text));
  const folders = makeFolder(config, disk, where);
  try {
    // Before the file: a process that dies in between leaves a record without an entry, and never an entry without one.
    record.set({
      client: client.id,
      file: path,
      written: hashOf(bytesOf(config, plan.text)),
      started,
      original: isUnchanged ? former.original : !wasThere || replaces ? copy : undefined,
      replaced: replaces ? copy : wasThere ? former?.replaced : undefined,
      made: [...(former?.made ?? []), ...plan.made],
      madeFile: bytes === undefined || (former?.madeFile ?? false),
      madeFolders: [...(former?.madeFolders ?? []), ...folders],
      clientId: credentials?.clientId ?? former?.clientId,
      secretFile: credentials?.secretFile ?? former?.secretFile,
      storedSecret: storedBy(credentials, former?.storedSecret),
    });
    writeConfig(config, plan.text, disk);
    return backup;
  } catch (error) {
    if (former === undefined) record.remove(path);
    else record.set(former);
    if (backup !== undefined) disk.remove(backup);
    for (const folder of folders.toReversed()) disk.removeEmpty(folder);
    throw error;
  }
}
