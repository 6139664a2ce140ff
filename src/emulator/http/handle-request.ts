import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, toWire } from './answer.ts';
import { answerControl, isControl } from './control-routes.ts';
import type { EmulatorControl } from '../control.ts';
import { respond, respondWithFault } from './respond.ts';
import * as errors from './errors/errors.ts';
import { answerRequest } from './pipeline.ts';
import { LONGEST_CONTROL, receiveBody } from './receive.ts';
import { rejectOtherSites, requireJson, type Refusal } from '../../shared/loopback-request.ts';
import { type Route, routeOf } from './routes.ts';
import type { LoggedRequest, OriginName } from '../state/request-log.ts';
import type { EmulatorContext } from '../context.ts';

/** What the requests of one emulator share. */
export interface ServerContext {
  readonly context: EmulatorContext;
  readonly control: EmulatorControl;
  /** Aborts when the emulator closes. */
  readonly closing: AbortSignal;
}

/** One request, as a server received it. */
export interface IncomingRequest {
  readonly origin: OriginName;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Arrival of the first byte of the head, epoch milliseconds. */
  readonly headAt: number;
}

/** Handles one request from its head to its response. Rejects only if the client disconnects or the emulator closes. */
export async function handleRequest(incoming: IncomingRequest, serverContext: ServerContext): Promise<void> {
  const { origin, request, response, headAt } = incoming;
  const { context } = serverContext;
  const refusal = rejectOtherSites(request, { hostname: context.settings.host });
  if (refusal) return refuse(response, refusal);
  const url = urlOf(request, context.origins[origin]);
  const controlled = context.settings.httpControl && origin === 'api' && isControl(url);
  if (controlled) return handleControl(url, incoming, serverContext);

  const route = routeOf({ origin, method: request.method ?? 'GET', path: url.pathname }, context.settings);
  const operation = route.kind === 'operation' ? route.operation : undefined;
  const entry = context.log.open({
    origin,
    phase: operation?.phase ?? 'other',
    operation: operation?.id,
    method: request.method ?? 'GET',
    url,
    headers: request.headers,
    remote: `${request.socket.remoteAddress}:${request.socket.remotePort}`,
    headAt,
  });
  const pending = { response, entry, context, closing: serverContext.closing };
  const received = await receiveBody(request, operation?.longestBody);
  if (received.kind === 'too-long') return respond(toWire(errors.payloadTooLarge().answer), pending);
  context.log.complete(entry, received.body);

  const { headers } = request;
  const requestId = String(headers['x-request-id'] ?? context.settings.random.uuid());
  const processRequest = async () =>
    toWire(await routeRequest(route, { url, headers, body: received.body, requestId, entry, context }));
  const fault = context.faults.take(entry.phase);
  await (fault ? respondWithFault(fault, processRequest, pending) : respond(await processRequest(), pending));
}

interface CallParts {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly requestId: string;
  readonly entry: LoggedRequest;
  readonly context: EmulatorContext;
}

async function routeRequest(route: Route, callParts: CallParts): Promise<Answer> {
  const { entry, requestId } = callParts;
  switch (route.kind) {
    case 'operation':
      return answerRequest(route.operation, { ...callParts, parameter: route.parameter });
    case 'wrong-method':
      if (route.operation.envelope === 'ims') return errors.imsMethodNotAllowed().answer;
      return errors.gateway('405000', requestId).answer;
    case 'unknown':
      if (entry.origin !== 'storage') return errors.gateway('404000', requestId).answer;
      return errors.s3(404, 'NoSuchKey', 'The specified key does not exist.', { RequestId: requestId }).answer;
  }
}

async function handleControl(
  url: URL,
  { request, response }: IncomingRequest,
  { control }: ServerContext,
): Promise<void> {
  const refused = requireJson(request);
  if (refused) return refuse(response, refused);
  const received = await receiveBody(request, LONGEST_CONTROL);
  if (received.kind === 'too-long') return refuse(response, { status: 413, message: 'The body is too long.' });
  const { body } = received;
  const answer = toWire(answerControl({ method: request.method ?? 'GET', url, body }, control));
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

/** Refuses in the emulator's own words, before anything is read or logged. */
function refuse(response: ServerResponse, { status, message }: Refusal): void {
  const answer = toWire({ status, headers: { connection: 'close' }, content: { json: { error: 'refused', message } } });
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

/** URL of a request. The request line may hold an absolute URL, or no valid URL at all. */
function urlOf({ url = '/' }: IncomingMessage, origin: string): URL {
  const text = url.startsWith('/') ? `${origin}${url}` : url;
  return URL.canParse(text) ? new URL(text) : new URL('/', origin);
}
