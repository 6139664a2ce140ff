import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Client } from './client.ts';
import {
  backUp,
  editing,
  hashOf,
  readConfig,
  refuseChanged,
  removeConfig,
  restoreConfig,
  writeConfig,
  type ConfigFile,
} from './files/config-file.ts';
import { difference } from './show/difference.ts';
import { exclusively } from './record/exclusive.ts';
import { INPUTS, SERVER_NAME } from './plan/launch.ts';
import { isBlank, planRemoval, type Plan } from './plan/plan.ts';
import type { Copy, Installed } from './record/record-content.ts';
import { agrees, requireAgreement, requirePrivateFolder, type Setting } from './plan/setting.ts';
import { forgetSecret } from './credentials/stored-secret.ts';
import { fileOf, knownOf } from './plan/wanted.ts';

/** What the command line says. */
export interface UninstallRequest {
  /** Agrees to everything beforehand, the deletion of the stored secret included. */
  readonly yes: boolean;
  readonly file: string | undefined;
}

/** What becomes of the file. */
type Outcome =
  | { readonly kind: 'restored'; readonly bytes: Uint8Array; readonly copy: Copy }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'edited' };

/**
 * Takes this program out of a client's configuration. Where nothing else has changed the file since `install`, it is
 * afterwards what it was before, byte for byte; elsewhere the entry alone goes.
 * @throws Problem `client_config_broken`, `client_config_unusable`, `client_config_conflict`, `confirmation_required`,
 *   `home_unusable`; nothing is changed then
 */
export async function uninstall(client: Client, request: UninstallRequest, setting: Setting): Promise<ExitCode> {
  const { disk, record } = setting;
  requireAgreement(setting, request.yes, '');
  requirePrivateFolder(setting);
  const folders = record.folders();
  const code = await takeOut(client, request, setting);
  // What `install` made and nothing else uses is empty now.
  for (const folder of folders) disk.removeEmpty(folder);
  return code;
}

async function takeOut(client: Client, request: UninstallRequest, setting: Setting): Promise<ExitCode> {
  const { terminal, record } = setting;
  const listed = request.file === undefined ? record.all().find((entry) => entry.client === client.id) : undefined;
  const file = listed?.file ?? fileOf(client, request.file, setting).file;
  const installed = record.of(file);
  const config = readConfig(file, setting.disk);
  const former = copied(installed?.replaced, setting);
  const removal = {
    ...knownOf(config, setting),
    name: SERVER_NAME,
    inputs: client.inputs === undefined ? [] : INPUTS,
    made: installed?.made ?? [],
    former: former && textOf(former),
  };
  const plan = editing(file, () => planRemoval(client, removal, config.text));
  if (plan.after === plan.before) return nothingToRemove(client, { config, installed, former }, request, setting);
  const outcome = outcomeOf(client, { config, installed, plan }, setting);
  terminal.err(`${client.title}: ${file}\n`);
  terminal.err(difference({ ...plan, after: textAfter(outcome, plan) }));
  if (outcome.kind === 'deleted') terminal.err('"install" made this file, and it holds nothing else: it is deleted.\n');
  if (former !== undefined) terminal.err('The entry that was there before install comes back.\n');
  else if (installed?.replaced !== undefined) {
    const { backup } = installed.replaced;
    terminal.err(`The entry that was there before install cannot come back: its copy ${backup} is gone or changed.\n`);
  }
  if (!(await agrees('Remove this entry?', setting, request.yes))) {
    terminal.err('Nothing was changed.\n');
    return EXIT.failed;
  }
  const backup = await exclusively(setting, () => {
    const copy = carryOut({ config, installed, plan, outcome }, setting);
    record.remove(file);
    return copy;
  });
  const kept = backup === undefined ? '' : ` The file as it was: ${backup}.`;
  await terminal.out(`Removed from ${client.title}, in ${file}.${kept} Restart ${client.title} if it is running.\n`);
  await forgetSecret(installed, request.yes, setting);
  return EXIT.ok;
}

/** The entry was taken out by another hand: what `install` left besides goes. */
async function nothingToRemove(
  client: Client,
  {
    config,
    installed,
    former,
  }: { config: ConfigFile; installed: Installed | undefined; former: Uint8Array | undefined },
  { yes }: UninstallRequest,
  setting: Setting,
): Promise<ExitCode> {
  const { terminal, record } = setting;
  const { path } = config;
  if (installed !== undefined) await exclusively(setting, () => record.remove(path));
  await terminal.out(`${client.title} has no entry for Firefly in ${path}. Nothing was changed.\n`);
  if (former !== undefined) terminal.err(`The entry that install replaced is in ${installed?.replaced?.backup}.\n`);
  await forgetSecret(installed, yes, setting);
  return EXIT.ok;
}

function outcomeOf(
  client: Client,
  { config, installed, plan }: { config: ConfigFile; installed: Installed | undefined; plan: Plan },
  setting: Setting,
): Outcome {
  const { bytes, path } = config;
  // The bytes from before `install`, if nothing else has changed the file since.
  const isAsWritten = installed !== undefined && bytes !== undefined && hashOf(bytes) === installed.written;
  const original = isAsWritten ? copied(installed.original, setting) : undefined;
  if (original !== undefined && installed?.original !== undefined) {
    return { kind: 'restored', bytes: original, copy: installed.original };
  }
  const isEmpty = installed?.madeFile === true && editing(path, () => isBlank(client, plan.after));
  return { kind: isEmpty ? 'deleted' : 'edited' };
}

function textAfter(outcome: Outcome, plan: Plan): string {
  if (outcome.kind === 'restored') return textOf(outcome.bytes);
  return outcome.kind === 'deleted' ? '' : plan.after;
}

/** The content of a copy that is still what was copied. */
function copied(copy: Copy | undefined, { disk }: Setting): Uint8Array | undefined {
  if (copy === undefined || disk.look(copy.backup)?.kind !== 'file') return undefined;
  const bytes = disk.read(copy.backup);
  return hashOf(bytes) === copy.hash ? bytes : undefined;
}

/** @returns the copy of the file as it was, where one had to be made */
function carryOut(
  {
    config,
    installed,
    plan,
    outcome,
  }: { config: ConfigFile; installed: Installed | undefined; plan: Plan; outcome: Outcome },
  { terminal, disk }: Setting,
): string | undefined {
  if (outcome.kind === 'restored') {
    restoreConfig(config, outcome.bytes, disk);
    disk.remove(outcome.copy.backup);
    return undefined;
  }
  if (outcome.kind === 'deleted') {
    removeConfig(config, disk);
    return undefined;
  }
  refuseChanged(config, disk);
  // What was written by this program alone needs no copy.
  const isOwn = config.bytes !== undefined && installed !== undefined && hashOf(config.bytes) === installed.written;
  const backup = isOwn ? undefined : backUp(config, terminal.clock.now(), disk);
  writeConfig(config, plan.after, disk);
  return backup;
}

/** Without the byte order mark. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}
