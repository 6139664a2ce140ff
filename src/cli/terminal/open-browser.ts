import { spawn } from 'node:child_process';
import type { Terminal } from './terminal.ts';

/** Time in which an opener that finds no browser ends: `xdg-open` without a desktop takes a fraction of a second. */
const EARLY_END_MS = 1_500;

/** The program of a platform that opens an address in the person's browser, and its arguments. */
function openerOf(platform: NodeJS.Platform, url: string): readonly [program: string, ...args: string[]] {
  if (platform === 'darwin') return ['open', url];
  // `start` of cmd.exe would read `&` in an address as the end of it.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  return ['xdg-open', url];
}

/**
 * Opens an address in the person's browser. Resolves with whether a program for that was started and did not fail soon: an
 * opener may also become the browser and end with it. Whether a window is shown is seen by the person alone.
 */
export function openBrowser(
  url: string,
  { platform, env, clock }: Pick<Terminal, 'platform' | 'env' | 'clock'>,
): Promise<boolean> {
  const [program, ...args] = openerOf(platform, url);
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: 'ignore', detached: true });
    const ended = new AbortController();
    const end = (isOpened: boolean) => {
      ended.abort();
      resolve(isOpened);
    };
    clock.sleep(EARLY_END_MS, ended.signal).then(
      () => resolve(true),
      () => undefined,
    );
    child.once('error', () => end(false));
    child.once('spawn', () => child.unref());
    child.once('exit', (code) => end(code === 0));
  });
}
