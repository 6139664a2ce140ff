import type { CallToolResult, InputRequiredResult, ServerContext } from '@modelcontextprotocol/server';

/** A picture of one red pixel. */
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==';

/** One call of a fixture. */
export interface FixtureCall {
  readonly args: Readonly<Record<string, unknown>>;
  readonly mcpReq: ServerContext['mcpReq'];
  /** The product's signed state of a question, with these words in it. */
  seal(state: string): Promise<string>;
}
/** What a tool does. */
export type Fixture = (call: FixtureCall) => Promise<CallToolResult | InputRequiredResult>;

/** A text as a block of a result. */
export const text = (words: string) => ({ type: 'text' as const, text: words });
/** A result of one text. */
export const said = (words: string): CallToolResult => ({ content: [text(words)] });
