import { z } from 'zod';
import type { WireAnswer } from './http/answer.ts';
import type { Phase } from './state/request-log.ts';

/** Phases that a fault can be aimed at. */
export const FAULT_PHASES = ['token', 'upload', 'submit', 'status', 'cancel', 'download', 'custom-models'] as const;

const When = z.enum(['before-processing', 'after-processing']).optional();

/**
 * What goes wrong. `after-processing`: the request has done its work (a submit has created and counted its job) before
 * the fault strikes, so that the client never learns of it. Without `when`: before.
 */
export const FaultAction = z.discriminatedUnion('kind', [
  /** Another answer in place of the right one. An object as `body` is sent as JSON. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.unknown().optional(),
    when: When,
  }),
  /** No answer; the connection stays open until the client or the emulator ends it. */
  z.strictObject({ kind: z.literal('hang'), when: When }),
  /** The connection is reset (TCP RST) without an answer. */
  z.strictObject({ kind: z.literal('reset'), when: When }),
  /** The right answer, later. */
  z.strictObject({ kind: z.literal('delay'), ms: z.number().min(0), when: When }),
  /** The right answer, of which only the head and half of the body arrive. */
  z.strictObject({ kind: z.literal('cut-body') }),
  /** These bytes in place of an HTTP answer, then the end of the connection. */
  z.strictObject({ kind: z.literal('raw'), bytes: z.string(), when: When }),
]);
type ScriptedAction = z.infer<typeof FaultAction>;

/** In process only: the right answer, changed on its way out. */
interface RewriteAction {
  readonly kind: 'rewrite';
  readonly rewrite: (answer: WireAnswer) => WireAnswer;
}

/** One entry of the script. */
export interface Fault {
  readonly on: (typeof FAULT_PHASES)[number];
  readonly action: ScriptedAction | RewriteAction;
}

/** A fault as it comes over HTTP, with how many requests it meets. */
export const FaultRequest = z.strictObject({
  on: z.enum(FAULT_PHASES),
  action: FaultAction,
  times: z.int().min(1).optional(),
});

/** The scripts, one queue for each phase. */
export class FaultScript {
  #queue: Fault[] = [];

  add(fault: Fault, times: number): void {
    for (let count = 0; count < times; count += 1) this.#queue.push(fault);
  }

  /** The next fault for a request of this phase, taken off the queue. */
  take(phase: Phase): Fault | undefined {
    const index = this.#queue.findIndex(({ on }) => on === phase);
    return index < 0 ? undefined : this.#queue.splice(index, 1)[0];
  }

  /** How many faults nobody has met yet. */
  get waiting(): number {
    return this.#queue.length;
  }

  clear(): void {
    this.#queue = [];
  }
}
