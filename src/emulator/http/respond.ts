import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers';
import { toWire, type WireAnswer } from './answer.ts';
import type { Fault } from '../faults.ts';
import type { LoggedRequest } from '../state/request-log.ts';
import type { EmulatorContext } from '../context.ts';

/** What a delivery needs besides the answer. */
export interface Delivery {
  readonly response: ServerResponse;
  readonly entry: LoggedRequest;
  readonly world: EmulatorContext;
  /** Aborts when the emulator closes. */
  readonly closing: AbortSignal;
}

/** Does the request's work, once, and gives the answer. */
export type Work = () => Promise<WireAnswer>;

/** Sends an answer and logs it. */
export function deliver(answer: WireAnswer, { response, entry, world }: Delivery): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
  world.log.answered(entry, answer);
}

/** Does what the script says in place of a plain delivery. */
export async function deliverFaulty({ action }: Fault, work: Work, delivery: Delivery): Promise<void> {
  const { response, entry, world, closing } = delivery;
  entry.fault = action.kind;
  switch (action.kind) {
    case 'status':
      await workFirst(action, work);
      return deliver(scripted(action), delivery);
    case 'rewrite':
      return deliver(action.rewrite(await work()), delivery);
    case 'delay': {
      if (action.when !== 'after-processing') await world.settings.clock.sleep(action.ms, closing);
      const answer = await work();
      if (action.when === 'after-processing') await world.settings.clock.sleep(action.ms, closing);
      return deliver(answer, delivery);
    }
    case 'hang':
      return workFirst(action, work);
    case 'reset':
      await workFirst(action, work);
      response.socket?.resetAndDestroy();
      return;
    case 'raw':
      await workFirst(action, work);
      response.socket?.end(action.bytes);
      return;
    case 'cut-body':
      return cut(await work(), response);
  }
}

async function workFirst({ when }: { when?: string | undefined }, work: Work): Promise<void> {
  if (when === 'after-processing') await work();
}

function scripted(action: Extract<Fault['action'], { kind: 'status' }>): WireAnswer {
  const { status, headers = {}, body } = action;
  if (body === undefined) return toWire({ status, headers });
  if (typeof body === 'string') return toWire({ status, headers, content: { text: body, type: 'text/plain' } });
  return toWire({ status, headers, content: { json: body } });
}

/** The head promises the whole length; half of it comes, then the connection ends. */
async function cut(answer: WireAnswer, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  await new Promise((resolve) => response.write(answer.body.subarray(0, answer.body.length >> 1), resolve));
  // A turn of the event loop, so that the half is on its way before the end.
  await new Promise((resolve) => setImmediate(resolve));
  response.socket?.destroy();
}
