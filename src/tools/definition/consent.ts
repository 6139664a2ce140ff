/** A question to a person, and the label of the box that has to be ticked for a yes. */
export interface Question {
  /** What a yes allows; also the name of the box. */
  readonly act: 'spend' | 'delete';
  readonly text: string;
  readonly box: string;
  /** Equal for repeats of the call: a yes counts for what it was asked about, and the words do not tell all of that. */
  readonly mark: string;
}

/**
 * What came of a question. Only `given` is a yes. `unticked`: the form was accepted without its box, as hosts do that
 * answer forms by themselves. `unanswered`: no answer in time. `cannot_ask`: the client refused to ask.
 */
export type Consent = 'given' | 'declined' | 'dismissed' | 'unticked' | 'unanswered' | 'cannot_ask';

/** A question whose answer is one of a list, with numbers that belong to one of its answers. */
export interface Choice {
  /** Subject of the question, as a phrase. */
  readonly about: string;
  readonly text: string;
  /** Equal for repeats of the call: an answer counts for what it was asked about. */
  readonly mark: string;
  /** Label of the list. */
  readonly field: string;
  readonly options: readonly string[];
  /** Percentages from 0 to 100. */
  readonly numbers: readonly { readonly name: string; readonly title: string; readonly usual: number }[];
}

/** What came of a choice. `nothing_chosen`: the form was accepted without an answer of the list. */
export type Chosen =
  | { readonly option: string; readonly numbers: Readonly<Record<string, number>> }
  | Exclude<Consent, 'given' | 'unticked'>
  | 'nothing_chosen';
