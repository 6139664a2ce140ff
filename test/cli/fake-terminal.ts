import type { Terminal } from '../../src/cli/terminal/terminal.ts';
import { systemClock } from '../../src/shared/time/clock.ts';
import { systemRandom } from '../../src/shared/random.ts';
import { search } from '../support/artefacts.ts';

/** A terminal whose output a test can read. */
export interface FakeTerminal extends Terminal {
  readonly output: { out: string; err: string };
  interrupt(): void;
}

/** A terminal without a screen, in folders that do not exist, with only the variables that are given. */
export function fakeTerminal(
  args: readonly string[],
  parts: Partial<Omit<Terminal, 'args' | 'out' | 'err' | 'interrupted'>> = {},
): FakeTerminal {
  const output = { out: '', err: '' };
  const controller = new AbortController();
  return {
    args,
    env: {},
    cwd: '/nowhere/project',
    home: '/nowhere',
    platform: process.platform,
    execPath: process.execPath,
    entry: '',
    out: async (text) => {
      output.out += text;
      search('output', args.join(' '), text);
    },
    err: (text) => {
      output.err += text;
      search('output', args.join(' '), text);
    },
    errScreen: undefined,
    readInput: async () => '',
    interrupted: () => controller.signal,
    clock: systemClock,
    random: systemRandom,
    output,
    interrupt: () => controller.abort(new Error('SIGINT')),
    ...parts,
  };
}
