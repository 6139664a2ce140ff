import { wrappedIn } from '../results.ts';

/** States of a job that is not done, by Adobe's documents: what their answers name is not its whole result. */
const UNFINISHED: ReadonlySet<string> = new Set(['pending', 'running', 'cancel_pending']);

/** Other words for the states that end a job. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['success', 'succeeded'],
  ['successful', 'succeeded'],
  ['complete', 'succeeded'],
  ['completed', 'succeeded'],
  ['done', 'succeeded'],
  ['finished', 'succeeded'],
  ['ready', 'succeeded'],
  ['canceled', 'cancelled'],
  ['timed_out', 'timeout'],
  ['timedout', 'timeout'],
]);
const DOCUMENTED: ReadonlySet<string> = new Set([...UNFINISHED, 'succeeded', 'failed', 'cancelled', 'timeout']);

/** The state that a word means, as Adobe's documents call it; any other word in lower case. */
export function stateIn(word: string): string {
  const plain = word.trim().toLowerCase();
  return WORDS.get(plain) ?? plain;
}

/**
 * The part of an answer that names the state: the answer itself, or what it wraps; some services call it `state`. One that
 * Adobe's documents know counts more than any other word, which may be about the request: `{"status": "success", "data": …}`.
 */
export function statusRecord(body: Record<string, unknown>): Record<string, unknown> {
  const named = wrappedIn(body).flatMap((part) => {
    const word = [part['status'], part['state']].find((value) => typeof value === 'string');
    return word === undefined ? [] : [{ ...part, status: word }];
  });
  const isDocumented = ({ status }: { status: unknown }) => DOCUMENTED.has(String(status).trim().toLowerCase());
  return named.find(isDocumented) ?? named.at(-1) ?? body;
}

/** Whether Adobe's documents say of this state that the job is not done. */
export function isUnfinished(state: string): boolean {
  return UNFINISHED.has(state);
}
