/** Characters of both ends of a message in which its id is searched. */
const SEARCHED = 256;

/** The id of a request that is not parsed, as `requestIdOf` finds it. */
export function requestIdIn(text: string): string | number | undefined {
  return requestIdOf({ head: text.slice(0, SEARCHED), tail: text.slice(-SEARCHED) });
}

/**
 * The id of a request by the two ends of its text, found where every known client writes it: as the first or the last member
 * of the object. Undefined where the match is not certain: an answer to the wrong request would be worse than none.
 */
export function requestIdOf({
  head,
  tail,
}: {
  readonly head: string;
  readonly tail: string;
}): string | number | undefined {
  const first = /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,15}|"[^"\\]{1,100}")\s*,/.exec(head);
  const last = /,\s*"id"\s*:\s*(\d{1,15}|"[^"\\]{1,100}")\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/.exec(tail);
  const text = first?.[1] ?? last?.[1];
  if (text === undefined) return undefined;
  return text.startsWith('"') ? text.slice(1, -1) : Number(text);
}
