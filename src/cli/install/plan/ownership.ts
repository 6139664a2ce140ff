import { isDeepStrictEqual } from 'node:util';
import type { Launch } from '../client.ts';

/** How a server is started, as `install` wrote it once or would write it now. */
export type Started = Pick<Launch, 'command' | 'args'>;

/** The program in a clone, and the two names of its package's programs, also with a version. */
const PROGRAM =
  /(^|[\\/])(firefly-mcp-server[\\/]dist[\\/]main\.js|firefly-mcp(-server)?(\.cmd|\.ps1)?)$|^firefly-mcp-server@[^\\/]+$/;

/** Whether an entry has one of these command lines. */
export function isWritten(entry: unknown, written: readonly Started[]): boolean {
  const words = commandLine(entry);
  return written.some(({ command, args }) => isDeepStrictEqual(words, [command, ...args]));
}

/** Whether an entry has one of these command lines, or starts this program from another place. */
export function isOurs(entry: unknown, written: readonly Started[]): boolean {
  return isWritten(entry, written) || commandLine(entry).some((word) => PROGRAM.test(word));
}

/** The words that start a server. Clients have them as text and list, in one list, or in an object. */
function commandLine(entry: unknown): readonly string[] {
  if (typeof entry !== 'object' || entry === null) return [];
  return [...('command' in entry ? textsIn(entry.command) : []), ...('args' in entry ? textsIn(entry.args) : [])];
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
