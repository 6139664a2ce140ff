import { homedir } from 'node:os';
import { Problem } from '../../shared/errors.ts';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { systemRandom, type Random } from '../../shared/random.ts';

/** The process as commands see it: command line, environment, streams, signals, clock. */
export interface Terminal {
  /** Words of the command line after the program's name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory; undefined where it was deleted. */
  readonly cwd: string | undefined;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** The Node binary. With `entry`, it starts this program again. */
  readonly execPath: string;
  /** The script of this program. */
  readonly entry: string;
  /** Writes to stdout and resolves once the text is written. A closed pipe is no error. */
  out(text: string): Promise<void>;
  /** Writes to stderr. */
  err(text: string): void;
  /** Undefined where stderr is not a screen. */
  readonly errScreen: { readonly columns: number } | undefined;
  /** All of stdin as text. */
  readInput(): Promise<string>;
  /**
   * Asks a person on stderr and resolves with the line that was typed. Absent unless stdin and stderr are both a screen.
   * Rejects when `signal` aborts.
   */
  readonly ask?: ((question: string, signal: AbortSignal) => Promise<string>) | undefined;
  /** As `ask`, and nothing that is typed is shown. */
  readonly askSecret?: ((question: string, signal: AbortSignal) => Promise<string>) | undefined;
  /** Lets a person choose one of a list. Resolves with its value, undefined where the person leaves it. Absent as `ask`. */
  readonly choose?: ((question: string, choices: readonly Choice[]) => Promise<string | undefined>) | undefined;
  /** Aborts at SIGINT or SIGTERM. A second SIGINT ends the process at once. */
  interrupted(): AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
}

/** One line of a list to choose from. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  /** Shown beside the label. */
  readonly hint?: string;
}

/** The terminal of this process. */
export function systemTerminal(): Terminal {
  let signal: AbortSignal | undefined;
  const isScreen = process.stdin.isTTY && process.stderr.isTTY;
  return {
    args: process.argv.slice(2),
    env: process.env,
    cwd: workingDirectory(),
    home: homedir(),
    platform: process.platform,
    execPath: process.execPath,
    entry: process.argv[1] ?? '',
    out: (text) => writeOut(text),
    err: (text) => void process.stderr.write(text),
    errScreen: process.stderr.isTTY ? { columns: process.stderr.columns || 80 } : undefined,
    readInput: async () => {
      const parts: Buffer[] = [];
      for await (const part of process.stdin) parts.push(Buffer.from(part));
      return Buffer.concat(parts).toString('utf8');
    },
    ask: isScreen ? askOnScreen : undefined,
    askSecret: isScreen ? askSecretOnScreen : undefined,
    choose: isScreen ? chooseOnScreen : undefined,
    interrupted: () => (signal ??= interruption()),
    clock: systemClock,
    random: systemRandom,
  };
}

function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/**
 * The working directory, for a command that writes or reads relative to it.
 * @throws Problem `config_invalid` where it was deleted
 */
export function requireCwd({ cwd }: Pick<Terminal, 'cwd'>): string {
  if (cwd !== undefined) return cwd;
  throw new Problem('config_invalid', 'The working directory does not exist any more.', {
    next: 'Change to a folder that exists, and run the command again.',
  });
}

function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error: Error | null | undefined) => {
      // EPIPE: `firefly-mcp tools | head` closes the pipe early.
      if (!error || ('code' in error && error.code === 'EPIPE')) resolve();
      else reject(error);
    };
    // The stream reports an error to the callback and as an event, which would end the process without a listener.
    process.stdout.once('error', settle);
    process.stdout.write(text, (error) => {
      if (!error) process.stdout.off('error', settle);
      settle(error);
    });
  });
}

async function askOnScreen(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  // `terminal: false` leaves Ctrl-C to the terminal driver, so that it stays a signal.
  const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    return await reader.question(question, { signal });
  } finally {
    reader.close();
  }
}

async function askSecretOnScreen(question: string, signal: AbortSignal): Promise<string> {
  const { askSecretOn } = await import('./ask-secret.ts');
  return askSecretOn({ input: process.stdin, output: process.stderr }, question, signal);
}

async function chooseOnScreen(question: string, choices: readonly Choice[]): Promise<string | undefined> {
  const { isCancel, select } = await import('@clack/prompts');
  const options = choices.map(({ value, label, hint }) => ({ value, label, ...(hint === undefined ? {} : { hint }) }));
  const chosen = await select({ message: question, options, input: process.stdin, output: process.stderr });
  return isCancel(chosen) ? undefined : chosen;
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // `once`: a second signal finds no listener and ends the process.
    process.once(name, () => controller.abort(new Error(name)));
  }
  return controller.signal;
}
