import type { Command } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import { chooseClient, clientNamed } from '../../install/choose-client.ts';
import { systemDisk } from '../../install/files/disk.ts';
import { settingOf, untilInterrupted } from '../../install/plan/setting.ts';
import { uninstall as uninstallFrom } from '../../install/uninstall.ts';
import { sharedFlags } from './install.ts';

export const uninstall: Command = {
  usage: '[CLIENT] [--yes] [--file FILE]',
  description: `Takes this program out of the configuration of a client: shows the difference and asks. Where nothing else has
changed the file since "install", it is afterwards what it was before, byte for byte; elsewhere the entry alone goes.
Asks whether the stored client secret goes too, if no other client uses it; --yes deletes it. Pictures and jobs stay.`,
  flags: sharedFlags,
  takesOptions: false,
  words: 1,
  async run(flags, terminal) {
    const setting = settingOf(terminal, systemDisk);
    return untilInterrupted(terminal, async () => {
      const [name] = flags.words;
      const client = name === undefined ? await chooseClient(setting, { installedOnly: true }) : clientNamed(name);
      if (client === undefined) return EXIT.interrupted;
      return uninstallFrom(client, { yes: flags.booleans.has('yes'), file: flags.strings['file'] }, setting);
    });
  },
};
