import { wholeNumber, type Kind } from '../../../config/kinds.ts';
import type { Command } from '../../command.ts';
import { EXIT, UsageError } from '../../exit-codes.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { untilAborted } from '../../terminal/until-aborted.ts';

const port = wholeNumber(0, 65_533);
const rpm = wholeNumber(1, 10_000);
const latency = wholeNumber(0, 600_000);
const DEFAULT_RPM = 60;

export const emulator: Command = {
  usage: '[--port N] [--rpm N] [--latency MS] [--sync-routes]',
  description: `Runs only the emulator of the Firefly API, on loopback, until it is interrupted. Prints its origins, its credentials and
the variables that direct this program, or another one, to it. The API and the identity service are on port N, job links
on N+1, results on N+2.`,
  flags: {
    port: { type: 'string', placeholder: 'N', help: 'The first of three ports; 0 takes free ones. Default: 0.' },
    rpm: {
      type: 'string',
      placeholder: 'N',
      help: `Paid requests per minute, after which it answers 429. Default: ${DEFAULT_RPM}.`,
    },
    latency: { type: 'string', placeholder: 'MS', help: 'Duration of a job in milliseconds.' },
    'sync-routes': {
      type: 'boolean',
      help: 'Also serve the synchronous routes of generate, fill and expand, which Adobe no longer documents.',
    },
  },
  takesOptions: false,
  words: 0,
  async run(flags, terminal) {
    const number = (name: string, kind: Kind<number>) => numberFrom(name, flags.strings[name], { kind, terminal });
    const limits = { port: number('port', port) ?? 0, rpm: number('rpm', rpm) ?? DEFAULT_RPM };
    const latencyMs = number('latency', latency);
    const syncRoutes = flags.booleans.has('sync-routes');
    // Before the first output, since a program that reads it may send a signal at once.
    const interrupted = terminal.interrupted();
    const { emulatorEnv, startEmulator } = await import('../../../emulator/index.ts');
    const { clock, random } = terminal;
    const running = await startEmulator({
      ...limits,
      ...(latencyMs !== undefined && { latencyMs }),
      syncRoutes,
      clock,
      random,
    });
    const variables = { ...emulatorEnv(running), FIREFLY_RPM: limits.rpm };
    const lines = [
      'The Firefly emulator is running on this machine. It is not Adobe; its pictures are marked.',
      `API and identity service: ${running.apiOrigin}, job links: ${running.shardOrigin}, results: ${running.storageOrigin}.`,
      '',
      ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
      '',
      'Press Ctrl-C to stop it.',
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
