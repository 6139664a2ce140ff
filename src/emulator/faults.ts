import { z } from 'zod';
import type { WireAnswer } from './http/answer.ts';
import type { Phase } from './state/request-log.ts';
import { HOUR_MS } from '../shared/time/durations.ts';

/** Phases that a fault can target. */
export const FAULT_PHASES = ['token', 'upload', 'submit', 'status', 'cancel', 'download', 'custom-models'] as const;

/** Most requests that a scripted fault may be set to strike. */
const MOST_TIMES = 10_000;
/** Most faults that wait over HTTP; each holds its body. */
export const MOST_FAULTS = 200;
/** Longest delay, one hour. */
export const MOST_DELAY_MS = HOUR_MS;

const When = z.enum(['before-processing', 'after-processing']).optional();

/**
 * The action of a fault. With `after-processing` the request takes effect before the fault strikes: a submit has then
 * created and counted a job of which the client never learns. The default is `before-processing`.
 */
export const FaultAction = z.discriminatedUnion('kind', [
  /** Sends this response instead. An object as `body` is sent as JSON. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.unknown().optional(),
    when: When,
  }),
  /** Sends no response; the connection stays open until the client or the emulator closes it. */
  z.strictObject({ kind: z.literal('hang'), when: When }),
  /** Resets the connection (TCP RST) without a response. */
  z.strictObject({ kind: z.literal('reset'), when: When }),
  /** Sends the normal response `ms` milliseconds later. */
  z.strictObject({ kind: z.literal('delay'), ms: z.number().min(0).max(MOST_DELAY_MS), when: When }),
  /** Sends the head and half of the body of the normal response, then closes the connection. */
  z.strictObject({ kind: z.literal('cut-body') }),
  /** Sends these bytes instead of an HTTP response, then closes the connection. */
  z.strictObject({ kind: z.literal('raw'), bytes: z.string(), when: When }),
]);
type ScriptedAction = z.infer<typeof FaultAction>;

/** Rewrites the normal response; in process only. */
interface RewriteAction {
  readonly kind: 'rewrite';
  readonly rewrite: (answer: WireAnswer) => WireAnswer;
}

/** One scripted fault. */
export interface Fault {
  readonly on: (typeof FAULT_PHASES)[number];
  readonly action: ScriptedAction | RewriteAction;
}

/** Body of `POST /emulator/faults`. */
export const FaultRequest = z.strictObject({
  on: z.enum(FAULT_PHASES),
  action: FaultAction,
  times: z.int().min(1).max(MOST_TIMES).optional(),
});

/** Scripted faults, a queue for each phase. */
export class FaultScript {
  #queue: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault, times: number): void {
    this.#queue.push({ fault, left: times });
  }

  /** Removes and returns the next fault of a phase. */
  take(phase: Phase): Fault | undefined {
    const entry = this.#queue.find(({ fault }) => fault.on === phase);
    if (!entry) return undefined;
    entry.left -= 1;
    if (entry.left === 0) this.#queue.splice(this.#queue.indexOf(entry), 1);
    return entry.fault;
  }

  /** Faults that were not applied yet, each as often as it is to strike. */
  get waiting(): number {
    return this.#queue.reduce((sum, { left }) => sum + left, 0);
  }

  /** Scripted entries that wait. */
  get entries(): number {
    return this.#queue.length;
  }

  clear(): void {
    this.#queue = [];
  }
}
