import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers';
import { toWire, type WireAnswer } from './answer.ts';
import type { Fault } from '../faults.ts';
import type { LoggedRequest } from '../state/request-log.ts';
import type { EmulatorContext } from '../context.ts';

/** A request that waits for its response. */
interface PendingResponse {
  readonly response: ServerResponse;
  readonly entry: LoggedRequest;
  readonly context: EmulatorContext;
  /** Aborts when the emulator closes. */
  readonly closing: AbortSignal;
}

/** Processes the request; must be called at most once. */
type ProcessRequest = () => Promise<WireAnswer>;

/** Sends a response and logs it. */
export function respond(answer: WireAnswer, { response, entry, context }: PendingResponse): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
  context.log.answered(entry, answer);
}

/** Responds as a scripted fault demands. */
export async function respondWithFault(
  { action }: Fault,
  processRequest: ProcessRequest,
  pending: PendingResponse,
): Promise<void> {
  const { response, entry, context, closing } = pending;
  entry.fault = action.kind;
  switch (action.kind) {
    case 'status':
      await processFirst(action, processRequest);
      return respond(scripted(action), pending);
    case 'rewrite':
      return respond(action.rewrite(await processRequest()), pending);
    case 'delay': {
      if (action.when !== 'after-processing') await context.settings.clock.sleep(action.ms, closing);
      const answer = await processRequest();
      if (action.when === 'after-processing') await context.settings.clock.sleep(action.ms, closing);
      return respond(answer, pending);
    }
    case 'hang':
      return processFirst(action, processRequest);
    case 'reset':
      await processFirst(action, processRequest);
      response.socket?.resetAndDestroy();
      return;
    case 'raw':
      await processFirst(action, processRequest);
      response.socket?.end(action.bytes);
      return;
    case 'cut-body':
      return cut(await processRequest(), response);
  }
}

async function processFirst({ when }: { when?: string | undefined }, processRequest: ProcessRequest): Promise<void> {
  if (when === 'after-processing') await processRequest();
}

function scripted(action: Extract<Fault['action'], { kind: 'status' }>): WireAnswer {
  const { status, headers = {}, body } = action;
  if (body === undefined) return toWire({ status, headers });
  if (typeof body === 'string') return toWire({ status, headers, content: { text: body, type: 'text/plain' } });
  return toWire({ status, headers, content: { json: body } });
}

/** Sends the head, which announces the whole length, and half of the body; then closes the connection. */
async function cut(answer: WireAnswer, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  await new Promise((resolve) => response.write(answer.body.subarray(0, answer.body.length >> 1), resolve));
  // One turn of the event loop, so that the half is flushed before the socket is destroyed.
  await new Promise((resolve) => setImmediate(resolve));
  response.socket?.destroy();
}
