import type { ToolCall } from '../tools/definition/define.ts';

/** One request about prompts: a tool call without progress. */
export type PromptCall = Omit<ToolCall, 'progress'>;

/** One argument of a prompt. MCP has texts only. */
export interface PromptArgument {
  readonly name: string;
  /** What belongs there, with an example or the default. */
  readonly description: string;
  readonly required: boolean;
  /** Values that begin with what was typed, best first; at most 100 are passed on. */
  readonly complete?: ((typed: string, call: PromptCall) => Promise<readonly string[]>) | undefined;
}

/** Values of the arguments that were given, by name: trimmed, none of them empty. */
export type Given = Readonly<Record<string, string>>;

/** What the words of a prompt depend on besides its arguments. */
export interface PromptContext {
  /** The caller may have files written on this machine; without that no step saves one. */
  readonly savesFiles: boolean;
}

/**
 * A prompt: words in the name of the user that lead a model through one common job. Its calls stand in the words as
 * `tool {arguments}` between backticks, and test/prompts makes each of them on the emulator.
 */
export interface Prompt {
  /** snake_case; the file has the same name in kebab-case. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** Tools without all of which the job cannot be done: the prompt is then not offered. */
  readonly needs: readonly string[];
  /** The one message of the prompt, from the user. Every required argument is in `given`. */
  words(given: Given, context: PromptContext): string;
}
