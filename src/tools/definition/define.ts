import type { z } from 'zod';
import type { GarbageCollector } from '../../images/blobs/garbage-collector.ts';
import type { ImageImport } from '../../images/import/image-import.ts';
import type { SubjectWorker } from '../../images/subject/worker/subject-worker.ts';
import type { ImageLibrary } from '../../images/types.ts';
import type { Batches } from '../../jobs/batches/model/batch-types.ts';
import type { GatedQueries } from '../../jobs/limits/gated-queries.ts';
import type { Consents, Jobs, JobView, PaidRequest } from '../../jobs/model/types.ts';
import type { Caller } from '../../shared/caller.ts';
import type { Clock } from '../../shared/time/clock.ts';
import type { Random } from '../../shared/random.ts';
import type { Toolset } from '../../shared/toolsets.ts';
import type { Rendered } from '../../render/rendered.ts';
import { type ArgumentRules, checkArguments } from '../arguments/check-arguments.ts';
import type { Choice, Chosen, Consent, Question } from './consent.ts';
import type { AskedSets } from './asked-sets.ts';
import type { DeclinedQuestions } from './declined-questions.ts';

/** The effect of a tool; its MCP annotations follow from it (`catalogue.ts`). */
export type Intent =
  /** Changes nothing. */
  | 'read'
  /** Spends paid requests and adds pictures. */
  | 'create'
  /** Adds records or files on this machine, and overwrites none. */
  | 'write'
  /** Ends a job or batch, or deletes pictures. */
  | 'end';

/** The services behind the tools. Loaded on the first call, so that listing the tools needs none of them. */
export interface Services {
  readonly jobs: Jobs;
  readonly batches: Batches;
  readonly consents: Consents;
  readonly images: ImageLibrary;
  /** Opens pictures from files, URLs and data URIs, and makes the copies that are uploaded. */
  readonly imageImport: ImageImport;
  /** Deletes pictures by handle, as the command line does. */
  readonly deletion: Pick<GarbageCollector, 'remove'>;
  /** Finds people and things in pictures, in a worker that is loaded with the first search. */
  readonly subjects: SubjectWorker;
  readonly firefly: GatedQueries;
}

/** The configuration of the tools. */
export interface ToolSettings {
  /** Results come from the emulator, which every answer states. */
  readonly demo: boolean;
  /** Longest wait of a paid call, seconds. */
  readonly waitSeconds: number;
  readonly preview: 'thumb' | 'none' | 'full';
  /** Folder that `save_image` may write to, absolute. */
  readonly outputFolder: string;
  /** The process ends with the call, as on the command line; an unfinished job then waits for another process. */
  readonly endsWithCall?: boolean | undefined;
  /** Arguments, as texts, that paid tools take where a call says nothing; none where undefined. */
  readonly defaults?: Readonly<Record<string, string>> | undefined;
  /** Operations that a call may spend without confirmation; no limit where undefined. */
  readonly confirmOver?: number | undefined;
  /** Names of tools that exist and are not offered here: no next step may name them. None where undefined. */
  readonly absentTools?: readonly string[] | undefined;
}

/** One call of a tool. */
export interface ToolCall {
  readonly caller: Caller;
  /** Aborts when the client cancels the request or goes away. */
  readonly signal: AbortSignal;
  /** `_meta` of the request as the client sent it; untrusted. Absent on the command line. */
  readonly meta?: Readonly<Record<string, unknown>> | undefined;
  readonly settings: ToolSettings;
  readonly clock: Clock;
  readonly random: Random;
  /**
   * The services behind the tools.
   * @throws Problem when the store cannot be opened
   */
  readonly services: () => Promise<Services>;
  /** Reports progress. Never throws; does nothing where the client gave no progress token. */
  readonly progress: (update: { progress: number; total?: number | undefined; message: string }) => void;
  /**
   * Monotonic time by which the call answers, whatever it waits for: set where the client gave no progress token and would
   * hear nothing meanwhile (docs/hosts.md#time-limits).
   */
  readonly answerBy?: number | undefined;
  /**
   * Asks the person behind the call for a yes; absent where the client cannot ask. It may throw, so that the client
   * asks and repeats the call: callers let the exception pass, and do nothing before it that must not happen twice.
   */
  readonly ask?: ((question: Question) => Promise<Consent>) | undefined;
  /** As `ask`, for one of a list; absent for the items of a batch, and where the client cannot ask. */
  readonly choose?: ((choice: Choice) => Promise<Chosen>) | undefined;
  /** Questions that came back declined; where absent, none is remembered. */
  readonly declined?: DeclinedQuestions | undefined;
  /** What open questions are about; where absent, a repeated call is about what it finds then. */
  readonly asked?: AskedSets | undefined;
  /** A person has typed the arguments, as on the command line: `confirm` among them is that person's word. */
  readonly isTypedByPerson?: boolean | undefined;
  /**
   * Whether the client has taken the call back: it said so, and it was no time-out. What was not sent is then to be
   * withdrawn. Absent where no client can.
   */
  readonly isTakenBack?: (() => boolean) | undefined;
  /** Registers a callback for the delivery or loss of this answer; absent where the transport cannot tell. */
  readonly onAnswered?: OnAnswered | undefined;
}

/** Registers a callback that is told whether an answer was delivered. */
export type OnAnswered = (settle: (answer: { readonly delivered: boolean }) => Promise<void>) => void;

/** A paid job that a call has started or found. */
export interface Started {
  readonly job: JobView;
  /** The job is that of an earlier identical call, and nothing was recorded (docs/jobs.md#deduplication). */
  readonly attached: boolean;
  /** Which picture `last` stood for, in sentences, where the answer has to say it (`last-picture.ts`). */
  readonly named?: readonly string[] | undefined;
}

/** A tool: data and a short handler. */
export interface ToolDefinition<Input extends z.ZodObject = z.ZodObject> extends ArgumentRules<Input> {
  /** snake_case; the file has the same name in kebab-case. */
  readonly name: string;
  readonly title: string;
  /** The set by which an installation offers it or leaves it out. */
  readonly toolset: Toolset;
  /**
   * Sentences for the model: what it does, when to use it, what to use instead. A clause that ends with ";" or "." and
   * names another tool is left out where that tool is not offered, so that the rest has to read well without it.
   */
  readonly description: string;
  readonly intent: Intent;
  /** True where repeating a call has no further effect. */
  readonly idempotent: boolean;
  /** True where a call may reach Adobe. */
  readonly openWorld: boolean;
  /**
   * Exact shape of every answer, errors included: an object, or a union of them. Absent on `show_images` alone, so that
   * every host passes its picture to the model (docs/hosts.md#tool-results).
   */
  readonly output: z.ZodType | undefined;
  /** The fields that `tools/list` names, loosely; where absent it promises an object and no more. */
  readonly outline?: z.ZodObject | undefined;
  /** Hints for hosts, published as `_meta` of the tool. */
  readonly meta?: Readonly<Record<string, unknown>> | undefined;
  /** @throws Problem; the choke-point turns it into an error result */
  handler(input: z.infer<Input>, call: ToolCall): Promise<Rendered>;
}

/** A tool as the registry holds it: the type of its input is known only behind `parse`. */
export interface Tool extends Omit<ToolDefinition, 'handler'> {
  /**
   * The arguments as a caller gave them, parsed: the only place where they are. MCP, command line and batches all begin
   * here, and what follows works with the parsed values.
   * @param settings what paid tools take where a call says nothing
   * @throws Problem `invalid_argument`, as `checkArguments`
   */
  parse(given: unknown, settings?: Pick<ToolSettings, 'defaults'>): ParsedArguments;
}

/** Parsed arguments of a tool, and what can be done with them. */
export interface ParsedArguments {
  /** Names of the arguments that were given, as they are called now. */
  readonly names: readonly string[];
  /** @throws Problem */
  run(call: ToolCall): Promise<Rendered>;
}

/** What a paid call takes where it says nothing itself. */
export interface Fallbacks extends Pick<ToolSettings, 'defaults'> {
  /** Arguments of all items of a batch, for an item with `like`: they yield to what that brings. */
  readonly common?: Readonly<Record<string, unknown>> | undefined;
}

/** A tool that spends one paid request a call. */
export interface PaidTool extends Tool {
  parse(given: unknown, settings?: Fallbacks): ParsedPaidArguments;
}

/** Parsed arguments of a paid tool. */
export interface ParsedPaidArguments extends ParsedArguments {
  /** The request that a call would pay for, fully checked. Batches plan with it. @throws Problem */
  plan(call: ToolCall): Promise<PaidRequest>;
  /**
   * Everything up to the recorded job (checks, deduplication, consent), without waiting for it or showing it. `run` is
   * this and `awaitJob`. @throws Problem
   */
  start(call: ToolCall): Promise<Started>;
}

/** Makes a definition callable with arguments that are not parsed yet. */
export function defineTool<Input extends z.ZodObject>(definition: ToolDefinition<Input>): Tool {
  return {
    ...definition,
    parse: (given) => {
      const input = checkArguments(definition, given);
      return { names: Object.keys(input), run: (call) => definition.handler(input, call) };
    },
  };
}
