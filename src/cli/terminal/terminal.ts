import { homedir } from 'node:os';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { systemRandom, type Random } from '../../shared/random.ts';

/** The process as commands see it: what was typed, where output goes, and who wants it to stop. */
export interface Terminal {
  /** Words of the command line after the program's name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** The Node binary, and the script that runs in it: what starts this program again. */
  readonly execPath: string;
  readonly entry: string;
  /** Writes to stdout; resolves once the text is handed on. A reader that has gone away is no error. */
  out(text: string): Promise<void>;
  /** Writes to stderr. */
  err(text: string): void;
  /** Whether stderr is a screen, and how many columns it has. */
  readonly errScreen: { readonly columns: number } | undefined;
  /** All of stdin as text. */
  readInput(): Promise<string>;
  /**
   * Asks a person on stderr and gives the line that was typed; absent where stdin and stderr are not both a screen.
   * Rejects when `signal` aborts.
   */
  readonly ask?: ((question: string, signal: AbortSignal) => Promise<string>) | undefined;
  /** Aborts at SIGINT or SIGTERM. A second SIGINT ends the process at once. */
  interrupted(): AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
}

/** The terminal of this process. */
export function systemTerminal(): Terminal {
  let signal: AbortSignal | undefined;
  return {
    args: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
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
    ask: process.stdin.isTTY && process.stderr.isTTY ? askOnScreen : undefined,
    interrupted: () => (signal ??= interruption()),
    clock: systemClock,
    random: systemRandom,
  };
}

function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error: Error | null | undefined) => {
      // `firefly-mcp tools | head` closes the pipe early.
      if (!error || ('code' in error && error.code === 'EPIPE')) resolve();
      else reject(error);
    };
    // The stream tells its errors twice; the second time without a listener ends the process.
    process.stdout.once('error', settle);
    process.stdout.write(text, (error) => {
      if (!error) process.stdout.off('error', settle);
      settle(error);
    });
  });
}

async function askOnScreen(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  // Line by line as the screen gives it, so that Ctrl-C stays a signal.
  const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    return await reader.question(question, { signal });
  } finally {
    reader.close();
  }
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // `once`: with the listener gone, the second signal has its usual effect.
    process.once(name, () => controller.abort(new Error(name)));
  }
  return controller.signal;
}
