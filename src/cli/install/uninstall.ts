import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Client } from './client.ts';
import {
  backUp,
  editing,
  hashOf,
  readConfig,
  removeConfig,
  restoreConfig,
  writeConfig,
  type ConfigFile,
} from './config-file.ts';
import { difference } from './difference.ts';
import { fileOf, writtenTo } from './install.ts';
import { INPUTS, SERVER_NAME } from './launch.ts';
import { isBlank, planRemoval, type Plan } from './plan.ts';
import type { Installed } from './record.ts';
import { agrees, isColoured, requireAgreement, type Setting } from './setting.ts';

/** What the command line says. */
export interface UninstallRequest {
  /** Agrees to everything beforehand, the deletion of the stored secret included. */
  readonly yes: boolean;
  readonly file: string | undefined;
}

/**
 * Takes this program out of a client's configuration. Where nothing else has changed the file since `install`, it is
 * afterwards what it was before, byte for byte; elsewhere the entry alone goes.
 * @throws Problem `client_config_broken`, `client_config_unusable`, `client_config_conflict`, `confirmation_required`;
 *   nothing is changed then
 */
export async function uninstall(client: Client, request: UninstallRequest, setting: Setting): Promise<ExitCode> {
  const code = await takeOut(client, request, setting);
  // Only a folder that was made for `install`, and never used otherwise, is empty now.
  setting.disk.removeEmpty(setting.home);
  return code;
}

async function takeOut(client: Client, request: UninstallRequest, setting: Setting): Promise<ExitCode> {
  const { terminal, disk, record } = setting;
  requireAgreement(setting, request.yes, '');
  const known = request.file === undefined ? record.all().find((entry) => entry.client === client.id) : undefined;
  const file = known?.file ?? fileOf(client, request.file, setting).file;
  const installed = record.of(file);
  const config = readConfig(file, disk);
  const inputs = client.inputs === undefined ? [] : INPUTS.map(({ id }) => id);
  const written = writtenTo(file, setting);
  const replaced = installed?.replaced;
  const former = copyOf(replaced, setting);
  const made = installed?.made ?? [];
  const removal = { name: SERVER_NAME, inputs, made, written, former: former && textOf(former) };
  const plan = editing(file, () => planRemoval(client, removal, config.text));
  if (plan.steps.length === 0) {
    record.remove(file);
    await terminal.out(`${client.title} has no entry for Firefly in ${file}. Nothing was changed.\n`);
    if (former !== undefined) terminal.err(`The entry that install replaced is in ${replaced?.backup}.\n`);
    await forgetSecret(installed, request.yes, setting);
    return EXIT.ok;
  }
  const original = originalOf(config, installed, setting);
  terminal.err(`${client.title}: ${file}\n${difference(plan.steps, { colour: isColoured(terminal) })}`);
  if (former !== undefined) terminal.err('The entry that was there before install comes back.\n');
  else if (replaced !== undefined) {
    terminal.err(
      `The entry that was there before install cannot come back: its copy ${replaced.backup} is gone or changed.\n`,
    );
  }
  if (!(await agrees('Remove this entry?', setting, request.yes))) {
    terminal.err('Nothing was changed.\n');
    return EXIT.failed;
  }
  const backup = carryOut(client, { config, installed, plan, original }, setting);
  record.remove(file);
  const kept = backup === undefined ? '' : ` The file as it was: ${backup}.`;
  await terminal.out(`Removed from ${client.title}, in ${file}.${kept} ${client.reload}\n`);
  await forgetSecret(installed, request.yes, setting);
  return EXIT.ok;
}

/** The bytes from before `install`, if nothing else has changed the file since. */
function originalOf({ bytes }: ConfigFile, installed: Installed | undefined, setting: Setting): Uint8Array | undefined {
  if (installed?.original === undefined || bytes === undefined) return undefined;
  return hashOf(bytes) === installed.written ? copyOf(installed.original, setting) : undefined;
}

/** The content of a copy that is still what was copied. */
function copyOf(copy: Installed['original'], { disk }: Setting): Uint8Array | undefined {
  if (copy === undefined || disk.look(copy.backup)?.kind !== 'file') return undefined;
  const bytes = disk.read(copy.backup);
  return hashOf(bytes) === copy.hash ? bytes : undefined;
}

/** @returns the copy of the file as it was, where one had to be made */
function carryOut(
  client: Client,
  change: { config: ConfigFile; installed: Installed | undefined; plan: Plan; original: Uint8Array | undefined },
  { terminal, disk }: Setting,
): string | undefined {
  const { config, installed, plan, original } = change;
  if (original !== undefined && installed?.original !== undefined) {
    restoreConfig(config, original, disk);
    disk.remove(installed.original.backup);
    return undefined;
  }
  if (installed?.madeFile && editing(config.path, () => isBlank(client, plan.text))) {
    removeConfig(config, installed.madeFolders, disk);
    return undefined;
  }
  // What was written by this program alone needs no copy.
  const isOwn = config.bytes !== undefined && installed !== undefined && hashOf(config.bytes) === installed.written;
  const backup = isOwn ? undefined : backUp(config, terminal.clock.now(), disk);
  writeConfig(config, plan.text, disk);
  return backup;
}

/** Deletes the stored client secret if a person agrees and no other entry uses it. */
async function forgetSecret(installed: Installed | undefined, yes: boolean, setting: Setting): Promise<void> {
  const { terminal, disk, record } = setting;
  const secret = installed?.storedSecret;
  if (installed === undefined || secret === undefined || disk.look(secret) === undefined) return;
  const users = record.all().filter((entry) => entry.file !== installed.file);
  const others = users.filter((entry) => entry.storedSecret === secret || entry.secretFile === secret);
  if (others.length > 0) {
    terminal.err(`The client secret stays in ${secret}: ${others.map(({ file }) => file).join(', ')} uses it.\n`);
    return;
  }
  const question = `Delete the stored client secret (${secret}) too?`;
  // Ctrl-C is a no here: the entry is gone already.
  if (!(await agrees(question, setting, yes).catch(() => false))) return;
  disk.remove(secret);
  await terminal.out(`Deleted ${secret}.\n`);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}
