import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, toWire } from './answer.ts';
import { answerControl, isControl } from './control-routes.ts';
import type { EmulatorControl } from '../control.ts';
import { deliver, deliverFaulty } from './respond.ts';
import * as errors from './errors.ts';
import { answerTo } from './pipeline.ts';
import { receiveBody } from './receive.ts';
import { type Route, routeOf } from './routes.ts';
import type { LoggedRequest, OriginName } from '../state/request-log.ts';
import type { EmulatorContext } from '../context.ts';

/** What every request of one emulator shares. */
export interface Serving {
  readonly world: EmulatorContext;
  readonly control: EmulatorControl;
  /** Aborts when the emulator closes. */
  readonly closing: AbortSignal;
}

/** One request, as a server got it. */
export interface Incoming {
  readonly origin: OriginName;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** When the first byte of its head arrived, epoch milliseconds. */
  readonly headAt: number;
}

/** Serves one request from its head to its answer. Rejects only when the client went away or the emulator closes. */
export async function serve(incoming: Incoming, serving: Serving): Promise<void> {
  const { origin, request, response, headAt } = incoming;
  const { world } = serving;
  const url = urlOf(request, world.origins[origin]);
  if (origin === 'api' && isControl(url)) return serveControl(url, incoming, serving);

  const route = routeOf({ origin, method: request.method ?? 'GET', path: url.pathname }, world.settings);
  const operation = route.kind === 'operation' ? route.operation : undefined;
  const entry = world.log.open({
    origin,
    phase: operation?.phase ?? 'other',
    operation: operation?.id,
    method: request.method ?? 'GET',
    url,
    headers: request.headers,
    remote: `${request.socket.remoteAddress}:${request.socket.remotePort}`,
    headAt,
  });
  const delivery = { response, entry, world, closing: serving.closing };
  const received = await receiveBody(request, operation?.longestBody);
  if (received.kind === 'too-long') return deliver(toWire(errors.payloadTooLarge().answer), delivery);
  world.log.complete(entry, received.body);

  const { headers } = request;
  const requestId = String(headers['x-request-id'] ?? world.settings.random.uuid());
  const work = async () => toWire(await process(route, { url, headers, body: received.body, requestId, entry, world }));
  const fault = world.faults.take(entry.phase);
  await (fault ? deliverFaulty(fault, work, delivery) : deliver(await work(), delivery));
}

interface Parts {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly requestId: string;
  readonly entry: LoggedRequest;
  readonly world: EmulatorContext;
}

async function process(route: Route, parts: Parts): Promise<Answer> {
  const { entry, requestId } = parts;
  switch (route.kind) {
    case 'operation':
      return answerTo(route.operation, { ...parts, parameter: route.parameter });
    case 'not-emulated':
      return errors.notEmulated(route.id).answer;
    case 'wrong-method':
      if (route.operation.envelope === 'ims') return errors.imsMethodNotAllowed().answer;
      return errors.gateway('405000', requestId).answer;
    case 'unknown':
      if (entry.origin !== 'storage') return errors.gateway('404000', requestId).answer;
      return errors.s3(404, 'NoSuchKey', 'The specified key does not exist.', { RequestId: requestId }).answer;
  }
}

async function serveControl(url: URL, { request, response }: Incoming, { control }: Serving): Promise<void> {
  const received = await receiveBody(request);
  const body = received.kind === 'whole' ? received.body : Buffer.alloc(0);
  const answer = toWire(answerControl({ method: request.method ?? 'GET', url, body }, control));
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

/** What a client puts into the request line is not always a path. */
function urlOf({ url = '/' }: IncomingMessage, origin: string): URL {
  const text = url.startsWith('/') ? `${origin}${url}` : url;
  return URL.canParse(text) ? new URL(text) : new URL('/', origin);
}
