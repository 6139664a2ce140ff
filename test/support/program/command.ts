import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { ROOT } from '../../architecture/source-files.ts';
import { overhear } from '../artefacts.ts';

/** The built program. */
export const PROGRAM = join(ROOT, 'dist', 'main.js');

/** How a run of the program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
  readonly ms: number;
}

/** A run of the program that has not ended yet. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves when stderr or stdout has shown a match. Rejects when the program ends before. */
  shows(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

/** A run that takes longer hangs; it is killed, so that its output can be seen and nothing is left behind. */
const LONGEST_RUN_MS = 170_000;

/** Nothing of the environment that runs the tests, so that they say the same everywhere. */
const BASE_ENV = { PATH: process.env['PATH'] ?? '', FIREFLY_LOG_LEVEL: 'warn' };

/** Starts dist/main.js, or a copy of it. The test has to await `ended`. */
export function start(
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string>; program?: string },
): Running {
  const started = performance.now();
  const env = { ...BASE_ENV, HOME: join(options.cwd, 'user'), FIREFLY_HOME: join(options.cwd, 'home'), ...options.env };
  const child = spawn(process.execPath, [options.program ?? PROGRAM, ...args], {
    cwd: options.cwd,
    env,
    timeout: LONGEST_RUN_MS,
    killSignal: 'SIGKILL',
  });
  overhear(child, env['FIREFLY_HOME']);
  const text = { out: '', err: '' };
  const listeners = new Set<() => void>();
  const take = (name: 'out' | 'err') => {
    // A chunk may end within a character.
    const decoder = new StringDecoder();
    return (chunk: Buffer) => {
      text[name] += decoder.write(chunk);
      for (const listener of listeners) listener();
    };
  };
  child.stdout.on('data', take('out'));
  child.stderr.on('data', take('err'));
  // A program that has ended reads nothing more; that is what some tests are about.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code, signal, ...text, ms: performance.now() - started });
      for (const listener of listeners) listener();
    });
  });
  const shows = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(text.out) ?? pattern.exec(text.err);
        if (!found && child.exitCode === null) return;
        listeners.delete(look);
        if (found) resolve(found);
        else reject(new Error(`ended without showing ${pattern}:\n${text.out}\n${text.err}`));
      };
      listeners.add(look);
      look();
    });
  return { child, shows, ended };
}

/** Runs dist/main.js to its end, with nothing on stdin. */
export function runProgram(
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<Ended> {
  const { child, ended } = start(args, options);
  child.stdin.end();
  return ended;
}
