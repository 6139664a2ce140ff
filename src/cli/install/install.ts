import { EXIT, type ExitCode } from '../exit-codes.ts';
import { applyInstall, type AgreedInstall } from './apply-install.ts';
import { afterwards, type Client } from './client.ts';
import { editing, readConfig } from './files/config-file.ts';
import { findCredentials, requireReplaceable, storeSecret } from './credentials/credentials.ts';
import { difference } from './show/difference.ts';
import { firstExtension } from './edit/json-tree.ts';
import { exclusively } from './record/exclusive.ts';
import { SERVER_NAME } from './plan/launch.ts';
import { entryState, planInstall, type Wanted } from './plan/plan.ts';
import { agrees, requireAgreement, requirePrivateFolder, type Setting } from './plan/setting.ts';
import { fileOf, knownOf, wantedEntry } from './plan/wanted.ts';

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
  const { terminal } = setting;
  const { demo, yes } = request;
  requireAgreement(setting, yes, ', or see with --print what would be added');
  requirePrivateFolder(setting);
  const { file, others } = fileOf(client, request.file, setting);
  const config = readConfig(file, setting.disk);
  // A file that cannot be changed is told before anything is asked.
  const known = { name: SERVER_NAME, ...knownOf(config, setting) };
  const found = editing(file, () => entryState(client, known, config.text));
  const asksItself = client.inputs !== undefined;
  const credentials = demo || asksItself ? undefined : await findCredentials(client, { file, quiet: yes }, setting);
  if (credentials !== undefined) requireReplaceable(credentials, file, setting);
  const wanted = { ...wantedEntry(client, { demo, credentials }, setting), ...known };
  const plan = editing(file, () => planInstall(client, wanted, config.text));
  if (plan.after === plan.before) {
    // A secret that was typed anew belongs to the entry that is there.
    if (credentials?.secret !== undefined) await exclusively(setting, () => storeSecret(credentials, setting.disk));
    await terminal.out(`${client.title} has this entry already, in ${file}. ${afterwards(client, { demo })}\n`);
    return EXIT.ok;
  }
  terminal.err(`${client.title}: ${file}${config.bytes === undefined ? ' (new)' : ''}\n`);
  for (const other of others) terminal.err(`  ${other} exists too and stays as it is; --file names it.\n`);
  terminal.err(difference(plan));
  for (const note of notesOn(client, { wanted, config, found, demo, credentials })) terminal.err(`${note}\n`);
  const question = found === 'none' ? 'Add this entry?' : 'Replace the entry?';
  if (!(await agrees(question, setting, yes))) {
    terminal.err('Nothing was changed.\n');
    return EXIT.failed;
  }
  const { command, args } = wanted.launch;
  const agreed = { client, config, plan, credentials, found, started: { command, args } };
  const backup = await exclusively(setting, (madeFolders) => applyInstall(agreed, madeFolders, setting));
  const kept = backup === undefined ? '' : ` The file as it was: ${backup}.`;
  await terminal.out(`Added to ${client.title}, in ${file}.${kept} ${afterwards(client, { demo })}\n`);
  return EXIT.ok;
}

/** Sentences beside the difference. */
function notesOn(
  client: Client,
  {
    wanted,
    config,
    found,
    demo,
    credentials,
  }: Pick<AgreedInstall, 'config' | 'found' | 'credentials'> & { readonly wanted: Wanted; readonly demo: boolean },
): readonly string[] {
  const extension = client.format === 'json' ? firstExtension(config.text) : undefined;
  const fromCache = wanted.launch.args.some((word) => /[\\/]_npx[\\/]/.test(word));
  const notes: readonly (string | false)[] = [
    found === 'foreign' &&
      `The entry "${wanted.name}" that is there starts another program, and is replaced. "uninstall" brings it back.`,
    extension !== undefined &&
      `The file has a comment or a trailing comma (${extension}), which ${client.title} may not read.`,
    fromCache &&
      'This program runs from the cache of npx, which npm may empty: install the package globally for an entry that lasts.',
    demo && 'With --demo, pictures come from the emulator and not from Adobe.',
    !demo &&
      client.inputs === undefined &&
      credentials === undefined &&
      'Without credentials: the server starts, and each paid call says what is missing.',
  ];
  return notes.filter((note) => note !== false);
}
