import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { lacks } from '../lacking.ts';
import { PROGRAM } from './command.ts';

const isRoot = process.getuid?.() === 0;

/** A user that may read every program, and nothing else. */
const NOBODY = { uid: 65534, gid: 65534 };

/** Closes a folder to the user of `runAsOrdinaryUser`: root to all but itself, every other user to its owner too. */
export function lock(folder: string): void {
  chmodSync(folder, isRoot ? 0o700 : 0o000);
}

/** Runs the program as a user who is not root: root may enter every folder. */
export function runAsOrdinaryUser(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    encoding: 'utf8',
    timeout: 60_000,
    ...(isRoot ? NOBODY : {}),
  });
  return { code: status, out: stdout, err: stderr };
}

/** Skips where the ordinary user cannot run the program: a clone may be in a folder that only its owner can enter. */
export function needsProgram(skip: () => void, cwd: string): void {
  if (process.platform !== 'win32' && runAsOrdinaryUser(['--version'], { cwd, env: {} }).code === 0) return;
  lacks('a folder that another user can enter (not on Windows): put the clone into one');
  skip();
}
