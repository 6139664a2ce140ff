import type { FillFindings } from '../images/chart/measure-fill.ts';
import type { ImageRecord } from '../images/types.ts';
import type { Answer } from './witness.ts';
import type { TrialId } from './trials/trial.ts';

/** What the answers say of a question. Texts are our own words, numbers and cleaned codes: they go into the report. */
export type Verdict =
  | { readonly verdict: 'settled'; readonly value: string }
  /** Of what this program assumes. */
  | { readonly verdict: 'contradicted'; readonly value: string }
  | { readonly verdict: 'open'; readonly why: string };

/** How a paid request ended. */
export type Tried =
  | { readonly kind: 'made'; readonly picture: ImageRecord | undefined }
  /** Adobe refused or failed it; `code` is that of the problem. */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'not_tried'; readonly why: string };

/** All that a run has found out. */
export interface Answers {
  /** Answers of an API operation (`token` for IMS), oldest first; those to paid requests only of `trial`. */
  of(operation: string, trial?: TrialId): readonly Answer[];
  tried(trial: TrialId): Tried;
  /** The answer to a status request for a job that does not exist. */
  readonly unknownJob: Answer | undefined;
  /** What was measured in the answer to a chart; undefined where none came, or one of another size. */
  readonly measured: ReadonlyMap<TrialId, FillFindings>;
  /** Whether a later status read signed the links of results anew; undefined where none was read. */
  readonly linksSignedAnew: boolean | undefined;
}

/** One thing that Adobe's documents leave open (docs/adobe-api.md#open-questions). */
export interface Question {
  readonly id: string;
  /** What is not known. */
  readonly unknown: string;
  /** What this program assumes; undefined where it works with either answer. */
  readonly assumed?: string;
  /** The cheapest request that settles it: a free one, a trial that is paid, or none that this program sends. */
  readonly by: 'free' | 'nothing' | TrialId;
  /** Pure: judges recorded answers, and sends nothing. */
  readonly judge: (answers: Answers) => Verdict;
}

/** The answers settle the question with this value. */
export function settled(value: string): Verdict {
  return { verdict: 'settled', value };
}

/** The answers leave the question open. */
export function open(why: string): Verdict {
  return { verdict: 'open', why };
}

/** Settled where the answer is as assumed. */
export function compared(isAsAssumed: boolean, value: string): Verdict {
  return { verdict: isAsAssumed ? 'settled' : 'contradicted', value };
}

/** The verdict on the picture of a trial; open where there is none. */
export function ofPicture(answers: Answers, trial: TrialId, judge: (picture: ImageRecord) => Verdict): Verdict {
  const tried = answers.tried(trial);
  if (tried.kind === 'not_tried') return open(tried.why);
  if (tried.kind === 'refused') return open(`the request was refused: ${tried.code}`);
  return tried.picture === undefined ? open('no picture came') : judge(tried.picture);
}
