import type { Texts } from '../text/en.ts';
import type { Problem, Work } from './answers.ts';

/** What to say of a job or a call that has not brought what was wanted. */
export interface Outcome {
  readonly kind: 'info' | 'warn' | 'bad';
  readonly icon: 'info' | 'warn' | 'bad' | 'ticket' | 'lock' | 'clock' | 'picture' | 'offline';
  readonly title: string;
  readonly money?: string | undefined;
  readonly words?: string | undefined;
  readonly upstream?: string | undefined;
  /** Only this may be charged a second time, once a person accepts it. */
  readonly unknown?: true;
}

const ACCESS: ReadonlySet<string> = new Set([
  'credentials_missing',
  'credentials_refused',
  'access_token_expired',
  'not_entitled',
]);
const GONE: ReadonlySet<string> = new Set(['unknown_image', 'image_missing']);

/** The notice of a work; undefined where all is well. What happened comes first, then the money, then what to do. */
export function outcomeOf(work: Work, t: Texts): Outcome | undefined {
  const { state, error, cost, images = [] } = work;
  const isFree = work.demo === true || cost === undefined || cost.requests === 0;
  const charged = isFree ? t.outcome.nothingCharged : t.outcome.maybeCharged(cost);
  if (state === 'submit_unknown') {
    const money = t.outcome.unknownMoney(cost?.operations ?? 0);
    return { kind: 'warn', icon: 'warn', title: t.outcome.unknown, money, words: t.outcome.unknownNote, unknown: true };
  }
  if (state === 'cancelled') {
    return { kind: 'info', icon: 'info', title: t.outcome.cancelled, money: charged };
  }
  if (error !== undefined) return { ...ofProblem(error, t, work.demo), money: charged };
  if (state === 'expired')
    return { kind: 'bad', icon: 'bad', title: t.outcome.expired, money: charged, words: work.next };
  if (state === 'failed')
    return { kind: 'bad', icon: 'bad', title: t.outcome.failed, money: charged, words: work.next };
  return images.length > 0 && (work.summary ?? '').startsWith('Too late') && cost !== undefined
    ? { kind: 'info', icon: 'info', title: t.outcome.tooLate, money: t.outcome.tooLateMoney(cost, images.length) }
    : undefined;
}

/** What to say of a problem, without its money. */
export function ofProblem(problem: Problem, t: Texts, demo = false): Outcome {
  const { code, upstream_text: upstream } = problem;
  const words = wordsOf(problem);
  if (code === 'content_policy') return { kind: 'bad', icon: 'bad', title: t.outcome.refused, words, upstream };
  if (code === 'budget_exhausted') return { kind: 'warn', icon: 'ticket', title: t.outcome.budget, words };
  if (code === 'rate_limited') return { kind: 'info', icon: 'clock', title: t.outcome.rate, words };
  if (code === 'offline') return { kind: 'bad', icon: 'offline', title: t.offline(demo) };
  if (ACCESS.has(code)) return { kind: 'warn', icon: 'lock', title: t.outcome.notConfigured, words, upstream };
  if (GONE.has(code)) return { kind: 'warn', icon: 'picture', title: t.outcome.gone, words };
  return { kind: 'bad', icon: 'bad', title: t.outcome.stopped, words, upstream };
}

/** What happened and what to do, without the sentences that tell a model which tool to call: a person has buttons. */
export function wordsOf({ message, next }: Problem): string {
  // Names of tools and arguments are in small letters. Those of settings are in capitals, and a person is to set them.
  const forPeople = next
    .split(/(?<=[.!?])\s+/)
    .filter((sentence) => !/\b([Cc]all|[Tt]ool|[a-z]+_[a-z_]+)\b/.test(sentence));
  return [message, ...forPeople].filter((part) => part !== '').join(' ');
}
