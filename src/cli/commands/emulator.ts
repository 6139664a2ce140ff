import { wholeNumber, type Kind } from '../../config/kinds.ts';
import type { Command } from '../command.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { untilAborted } from '../terminal/until-aborted.ts';

const port = wholeNumber(0, 65_533);
const rpm = wholeNumber(1, 10_000);
const latency = wholeNumber(0, 600_000);
const DEFAULT_RPM = 60;

export const emulator: Command = {
  usage: '[--port N] [--rpm N] [--latency MS] [--sync-routes]',
  description:
    'Runs the emulator of the Firefly API alone, on loopback, until it is interrupted. Prints its origins, its credentials and the variables that point this program (or another one) at it. The API and the identity service are on port N, job links on N+1, results on N+2.',
  flags: {
    port: { type: 'string', placeholder: 'N', help: 'First of its three ports; 0 (default) takes free ones.' },
    rpm: {
      type: 'string',
      placeholder: 'N',
      help: `Paid requests a minute before it answers 429. Default: ${DEFAULT_RPM}.`,
    },
    latency: { type: 'string', placeholder: 'MS', help: 'How long a job takes, in milliseconds.' },
    'sync-routes': {
      type: 'boolean',
      help: 'Also answers the synchronous routes of generate, fill and expand, which Adobe’s documents no longer have.',
    },
  },
  takesOptions: false,
  words: 0,
  async run(flags, terminal) {
    const number = (name: string, kind: Kind<number>) => numberFrom(name, flags.strings[name], { kind, terminal });
    const wanted = { port: number('port', port) ?? 0, rpm: number('rpm', rpm) ?? DEFAULT_RPM };
    const latencyMs = number('latency', latency);
    const syncRoutes = flags.booleans.has('sync-routes');
    // Before anything is printed: whoever reads it may send a signal at once.
    const interrupted = terminal.interrupted();
    const { emulatorEnv, startEmulator } = await import('../../emulator/index.ts');
    const { clock, random } = terminal;
    const running = await startEmulator({
      ...wanted,
      ...(latencyMs !== undefined && { latencyMs }),
      syncRoutes,
      clock,
      random,
    });
    const variables = { ...emulatorEnv(running), FIREFLY_RPM: wanted.rpm };
    const lines = [
      'The Firefly emulator is running on this machine. It is not Adobe; its pictures are marked.',
      `API and identity service ${running.apiOrigin}, job links ${running.shardOrigin}, results ${running.storageOrigin}.`,
      '',
      ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
      '',
      'Ctrl-C ends it.',
    ];
    await terminal.out(`${lines.join('\n')}\n`);
    await untilAborted(interrupted);
    await running.close();
    return EXIT.ok;
  },
};

function numberFrom(
  name: string,
  text: string | undefined,
  { kind, terminal }: { kind: Kind<number>; terminal: Terminal },
): number | undefined {
  if (text === undefined) return undefined;
  const value = kind.parse(text, terminal);
  if (value === undefined) throw new UsageError(`--${name} must be ${kind.expected}, but is "${text}".`);
  return value;
}
