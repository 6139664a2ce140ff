/** A question to a person, and the label of the box that has to be ticked for a yes. */
export interface Question {
  /** What a yes allows; also the name of the box. */
  readonly act: 'spend' | 'delete';
  readonly text: string;
  readonly box: string;
}

/**
 * What came of a question. Only `given` is a yes. `unticked`: the form was accepted without its box, as hosts do that
 * answer forms by themselves. `unanswered`: no answer in time. `cannot_ask`: the client refused to ask.
 */
export type Consent = 'given' | 'declined' | 'dismissed' | 'unticked' | 'unanswered' | 'cannot_ask';
