/** JSON that hosts send, which is looked at here and there. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Loose = any;

/** A tool that a host offers its model; `group` where its name has two parts. */
export interface Offered {
  readonly name: string;
  readonly group?: string;
  /** Kind of a tool that is called otherwise, such as a search for tools. */
  readonly type?: string;
}

/** What a host asked its model. */
export interface Asked {
  readonly tools: readonly Offered[];
  /** One entry for each tool result of the conversation, in the words of that API. */
  readonly results: readonly Loose[];
  /** What follows the last result, where hosts put pictures that a result cannot hold. */
  readonly after: Loose;
}

/** What the model does next: a call, or a last word. */
export type Turn = { readonly id: string; readonly tool: Offered; readonly args: object } | { readonly id: string };

/** An answer, as JSON and as a stream of events. */
export interface Written {
  readonly json: object;
  /** Each with its event's name, where the API names events. */
  readonly events: readonly (readonly [name: string | undefined, data: object | string])[];
}

/** One of the wire protocols between a host and a model. */
export interface Api {
  readonly name: string;
  readonly path: RegExp;
  read(body: Loose): Asked;
  write(turn: Turn, body: Loose): Written;
}

export const LAST_WORD = 'All done.';
