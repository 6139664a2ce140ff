const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN: ReadonlySet<number | undefined> = new Set([0x5b, 0x7b]);
const CLOSED: ReadonlySet<number | undefined> = new Set([0x5d, 0x7d]);

/**
 * Number of brackets that are still open after a line which goes on from `open` of them: a message over several lines is
 * refused once, not once a line. A JSON text has no line break within a string.
 * @param line UTF-8
 */
export function openBrackets(line: Uint8Array, open: number): number {
  let depth = open;
  let isString = false;
  for (let at = 0; at < line.length; at += 1) {
    const byte = line[at];
    if (byte === QUOTE) isString = !isString;
    else if (isString) at += byte === BACKSLASH ? 1 : 0;
    else if (OPEN.has(byte)) depth += 1;
    else if (CLOSED.has(byte)) depth -= 1;
  }
  return Math.max(0, depth);
}
