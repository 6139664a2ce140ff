import type { z } from 'zod';
import type { ImageImport } from '../../images/import/image-import.ts';
import type { ImageLibrary } from '../../images/types.ts';
import type { Batches } from '../../jobs/batches/model/batch-types.ts';
import type { GatedQueries } from '../../jobs/limits/gated-queries.ts';
import type { Caller, Jobs, PaidRequest } from '../../jobs/model/types.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Random } from '../../shared/random.ts';
import type { Rendered } from '../../render/rendered.ts';
import type { Consent } from './confirmation.ts';

/** What a tool does to the world; its annotations follow from it, in one place. */
export type Intent =
  /** Looks only. */
  | 'read'
  /** Spends a paid request and adds a picture. */
  | 'create'
  /** Changes our own records or files, adds only. */
  | 'write'
  /** Ends something that was under way. */
  | 'end';

/** Rooms that a tool may use. Loaded on the first call, so that listing tools needs none of them. */
export interface Services {
  readonly jobs: Jobs;
  readonly batches: Batches;
  readonly images: ImageLibrary;
  /** Pictures from files, URLs and data URIs, and the copies that go to Adobe. */
  readonly imageImport: ImageImport;
  readonly firefly: GatedQueries;
}

/** What the configuration says to tools. */
export interface ToolSettings {
  /** Results come from the emulator, and say so. */
  readonly demo: boolean;
  /** Longest wait of a paid call, seconds. */
  readonly waitSeconds: number;
  readonly preview: 'thumb' | 'none' | 'full';
  /** Folder that `save_image` may write to, absolute. */
  readonly outputFolder: string;
  /** False for HTTP callers beyond this machine: no server path is taken or told. */
  readonly serverPaths: boolean;
  /** A call that needs more paid requests than this is asked about first; none is where nothing is said. */
  readonly confirmOver?: number | undefined;
}

/** One call of a tool. */
export interface ToolCall {
  readonly caller: Caller;
  /** Aborts when the client cancels the request or goes away. */
  readonly signal: AbortSignal;
  readonly settings: ToolSettings;
  readonly clock: Clock;
  readonly random: Random;
  /**
   * The rooms behind the tools.
   * @throws Problem when the store cannot be opened
   */
  readonly services: () => Promise<Services>;
  /** Tells the client how far the call is. Never throws; does nothing where the client did not ask. */
  readonly progress: (update: { progress: number; total?: number | undefined; message: string }) => void;
  /**
   * Asks the person behind the call for a yes or no; absent where nobody can be asked. It may throw instead, so that the
   * client asks and repeats the call: let that pass, and do nothing before it that must not happen twice.
   */
  readonly ask?: ((question: string) => Promise<Consent>) | undefined;
  /** Calls back once the answer of this call has been written, or is lost; absent where nobody can tell. */
  readonly onAnswered?: OnAnswered | undefined;
}

/** Takes a callback that hears what became of an answer. */
export type OnAnswered = (settle: (answer: { readonly delivered: boolean }) => Promise<void>) => void;

/** A tool: inert data and a short handler. */
export interface ToolDefinition<Input extends z.ZodObject = z.ZodObject> {
  /** snake_case; the file has the same name in kebab-case. */
  readonly name: string;
  readonly title: string;
  /** Sentences for the model: what it does, when to use it, what to use instead. */
  readonly description: string;
  readonly intent: Intent;
  /** True where the same call twice has no further effect. */
  readonly idempotent: boolean;
  /** True where Adobe takes part. */
  readonly openWorld: boolean;
  readonly input: Input;
  /** Absent on `show_images` alone, so that every host passes its picture on (DESIGN §2). */
  readonly output: z.ZodObject | undefined;
  /** The one request that a call would pay for, checked to the last rule; for paid tools, so that batches can plan. */
  readonly toPaidRequest?: ((input: z.infer<Input>, call: ToolCall) => Promise<PaidRequest>) | undefined;
  /** @throws Problem; the choke-point turns it into an error result */
  handler(input: z.infer<Input>, call: ToolCall): Promise<Rendered>;
}

/** A definition whose input type has been erased, as registries hold it. Input is parsed before the handler sees it. */
export interface Tool extends Omit<ToolDefinition, 'handler' | 'toPaidRequest'> {
  /** `input` as the client sent it. @throws z.ZodError for input that the schema refuses; Problem from the handler */
  call(input: unknown, call: ToolCall): Promise<Rendered>;
  /** Absent for tools that pay for nothing. @throws as `call` */
  readonly plan: ((input: unknown, call: ToolCall) => Promise<PaidRequest>) | undefined;
}

/** Makes a definition callable with unparsed input. */
export function defineTool<Input extends z.ZodObject>(definition: ToolDefinition<Input>): Tool {
  const { toPaidRequest: plan } = definition;
  return {
    ...definition,
    call: async (input, call) => definition.handler(definition.input.parse(input), call),
    plan: plan && (async (input, call) => plan(definition.input.parse(input), call)),
  };
}
