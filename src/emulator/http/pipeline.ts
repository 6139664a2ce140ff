import { ApiError, ReasonError } from '../../firefly/contract/errors.ts';
import { TokenError } from '../../firefly/contract/ims.ts';
import { type Answer, Refusal } from './answer.ts';
import * as errors from './errors/errors.ts';
import * as pictureErrors from './errors/picture-errors.ts';
import type { Call, Operation } from '../operations/operation.ts';

/**
 * Runs the steps of a request in this order: gateway (API key, token, scope) → content type → parse and validate →
 * quota → operation → validation of the response. Routing happens before, sending afterwards. The first step that
 * refuses ends the request. Never throws: an unexpected error is logged and answered with 500.
 */
export async function answerRequest(operation: Operation, call: Call): Promise<Answer> {
  try {
    return validateAnswer(await runSteps(operation, call), operation);
  } catch (error) {
    if (error instanceof Refusal) return validateRefusal(error, operation, call);
    call.context.settings.logger.error('emulator_defect', { operation: operation.id, error });
    return errors.runtimeError().answer;
  }
}

async function runSteps(operation: Operation, call: Call): Promise<Answer> {
  if (operation.gated) checkGateway(operation, call);
  checkContentType(operation, call);
  const handle = await operation.prepare(call);
  if (operation.paid) {
    const waitMs = call.context.quota.take();
    if (waitMs !== undefined) {
      const { clock, wording } = call.context.settings;
      throw errors.rateLimited(Math.ceil(waitMs / 1_000), { now: clock.now(), wording });
    }
  }
  return handle();
}

function checkGateway({ envelope }: Operation, { headers, requestId, context }: Call): void {
  const refuse = (code: errors.GatewayCode, status: 401 | 403) =>
    envelope === 'reason' ? errors.reason(status) : errors.gateway(code, requestId);
  const key = headers['x-api-key'];
  if (key === undefined || key === '') throw refuse('403000', 403);
  if (key !== context.settings.clientId) throw refuse('403003', 403);
  const token = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw refuse('403010', envelope === 'reason' ? 401 : 403);
  const verdict = context.tokens.check(token);
  if (verdict === 'invalid') throw refuse('401013', 401);
  if (verdict === 'scope-missing') throw envelope === 'upload' ? pictureErrors.upload('10007') : refuse('403011', 403);
}

function checkContentType({ accepts, id }: Operation, { headers }: Call): void {
  if (accepts === undefined) return;
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === accepts) return;
  // Adobe accepts multipart for five operations; 501 says that the emulator lacks it, 415 would say that Adobe does.
  if (type === 'multipart/form-data') throw errors.notEmulated(`multipart/form-data for ${id}`);
  throw errors.invalidContentType();
}

/** Replaces a response that breaks the wire schema by a 500, so that tests notice it. */
function validateAnswer(answer: Answer, operation: Operation): Answer {
  const schema = operation.answers[answer.status];
  const json = answer.content && 'json' in answer.content ? answer.content.json : undefined;
  if (schema === undefined && json === undefined) return answer;
  const outcome = schema?.safeParse(json);
  if (outcome?.success) return answer;
  const issues = outcome?.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  const details = issues.join('; ') || `no schema for HTTP ${answer.status}`;
  throw errors.responseInvalid(operation.id, details);
}

const ENVELOPES = { api: ApiError, reason: ReasonError, ims: TokenError, s3: undefined, upload: ApiError } as const;

function validateRefusal({ answer }: Refusal, operation: Operation, { context }: Call): Answer {
  const json = answer.content && 'json' in answer.content ? answer.content.json : undefined;
  if (json === undefined) return answer;
  const schema = ENVELOPES[operation.envelope];
  const commonEnvelope = ApiError.safeParse(json);
  if (schema?.safeParse(json).success) return answer;
  // Refusals of the emulator itself (501, 500 of this validation) have the common envelope in every family.
  if (commonEnvelope.success && answer.status >= 500) return answer;
  context.settings.logger.error('emulator_defect', { operation: operation.id, refusal: answer.status });
  return errors.responseInvalid(operation.id, `HTTP ${answer.status} has another envelope`).answer;
}
