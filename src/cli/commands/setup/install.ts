import { demoFlag, type Command } from '../../command.ts';
import { EXIT, UsageError } from '../../exit-codes.ts';
import { chooseClient, clientNamed } from '../../install/choose-client.ts';
import { CLIENTS } from '../../install/clients.ts';
import { systemDisk } from '../../install/files/disk.ts';
import { install as installInto } from '../../install/install.ts';
import { printEntry } from '../../install/show/print.ts';
import { settingOf, untilInterrupted } from '../../install/plan/setting.ts';

/** Flags of `install` and `uninstall`. */
export const sharedFlags = {
  file: { type: 'string', placeholder: 'FILE', help: "A configuration file other than the client's usual one." },
  yes: { type: 'boolean', help: 'Agree beforehand, and ask nothing.' },
} as const;

export const install: Command = {
  usage: '[CLIENT] [--demo] [--print] [--yes] [--file FILE]',
  description: `Adds this program to the configuration of a client, with absolute paths: shows the difference, asks, keeps a copy of
the file. All else in the file stays as it is. Without CLIENT, shows which clients this machine has. "uninstall" undoes it.

Clients: ${CLIENTS.map(({ id }) => id).join(', ')}.

Credentials are asked for and never taken from the command line. VS Code keeps them itself; for other clients the secret
goes into a file in the data folder that only you can read. With --yes they come from FIREFLY_CLIENT_ID and
FIREFLY_CLIENT_SECRET (or FIREFLY_CLIENT_SECRET_FILE), if these are set.`,
  flags: {
    print: { type: 'boolean', help: 'Print what would be added, write nothing and ask nothing.' },
    'dry-run': { type: 'boolean', help: 'The same as --print.' },
    ...sharedFlags,
    demo: { ...demoFlag.demo, help: 'Let the client use the emulator in place of Adobe; asks for no credentials.' },
  },
  takesOptions: false,
  words: 1,
  async run(flags, terminal) {
    const setting = settingOf(terminal, systemDisk);
    const print = flags.booleans.has('print') || flags.booleans.has('dry-run');
    const [yes, demo] = [flags.booleans.has('yes'), flags.booleans.has('demo')];
    if (print && yes) throw new UsageError('--print writes nothing: --yes has no use with it.');
    const file = flags.strings['file'];
    return untilInterrupted(terminal, async () => {
      const [name] = flags.words;
      const client = name === undefined ? await chooseClient(setting, { installedOnly: false }) : clientNamed(name);
      if (client === undefined) return EXIT.interrupted;
      if (print) return printEntry(client, { demo, file }, setting);
      return installInto(client, { demo, yes, file }, setting);
    });
  },
};
