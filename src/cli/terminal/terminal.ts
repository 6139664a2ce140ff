import { homedir, userInfo } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { errorCode, Problem } from '../../shared/errors.ts';
import { systemClock, type Clock } from '../../shared/time/clock.ts';
import { systemRandom, type Random } from '../../shared/random.ts';
import type { Signals } from './signals.ts';

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
  /** The script of this program: its real path, since the package's other files are found from there. */
  readonly entry: string;
  /**
   * Writes to stdout and resolves once the text is written, or cannot be: with `'gone'` where its reader wants no more,
   * with `'lost'` where the disk is full. Never rejects.
   */
  out(text: string): Promise<void | 'gone' | 'lost'>;
  /** Writes to stderr. Never throws: what is shown there is decoration, also where its reader is gone or the disk full. */
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
  /**
   * Aborts at SIGINT or SIGTERM, and when the terminal is closed (SIGHUP) unless the first call says that the command
   * survives that. A second SIGINT ends the process at once.
   */
  interrupted(options?: { readonly survivesHangUp?: boolean }): AbortSignal;
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

/** The terminal of this process, whose script is the file `entry`. */
export function systemTerminal(entry: string, signals: Signals): Terminal {
  const isScreen = process.stdin.isTTY && process.stderr.isTTY;
  // A stream without a listener for its errors ends the process, and a paid request with it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return {
    args: process.argv.slice(2),
    env: process.env,
    cwd: workingDirectory(),
    home: homeFolder(),
    platform: process.platform,
    execPath: process.execPath,
    entry,
    out: (text) => writeOut(text),
    err: writeErr,
    errScreen: process.stderr.isTTY ? { columns: process.stderr.columns || 80 } : undefined,
    readInput: async () => {
      const parts: Buffer[] = [];
      for await (const part of process.stdin) parts.push(Buffer.from(part));
      return Buffer.concat(parts).toString('utf8');
    },
    ask: isScreen ? askOnScreen : undefined,
    askSecret: isScreen ? askSecretOnScreen : undefined,
    // A screen that knows no width would show a letter on each line.
    choose: isScreen && process.stderr.columns > 0 ? chooseOnScreen : undefined,
    interrupted: (options) => signals.listen(options),
    clock: systemClock,
    random: systemRandom,
  };
}

/** An empty or relative `HOME` counts as none: data would go into whatever folder the program is started in. */
function homeFolder(): string {
  const home = homedir();
  if (isAbsolute(home)) return home;
  try {
    return userInfo().homedir;
  } catch {
    // A user without an account, in a container.
    return home;
  }
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

/**
 * The absolute path of a file or folder that a person typed; an absolute one needs no working directory.
 * @throws Problem as `requireCwd`
 */
export function typedPath(text: string, terminal: Pick<Terminal, 'cwd'>): string {
  return isAbsolute(text) ? resolve(text) : resolve(requireCwd(terminal), text);
}

function writeOut(text: string): Promise<void | 'gone' | 'lost'> {
  return new Promise((resolve) => {
    try {
      process.stdout.write(text, (error) =>
        resolve(error ? (errorCode(error) === 'EPIPE' ? 'gone' : 'lost') : undefined),
      );
    } catch {
      resolve('lost');
    }
  });
}

function writeErr(text: string): void {
  try {
    process.stderr.write(text);
  } catch {
    // A file on a full disk: some versions of Node throw here instead of emitting the error.
  }
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
