import { ApiError, ReasonError } from '../../firefly/contract/errors.ts';
import { TokenError } from '../../firefly/contract/ims.ts';
import { type Answer, Refusal } from './answer.ts';
import * as errors from './errors.ts';
import * as pictureErrors from './picture-errors.ts';
import type { Call, Operation } from '../operations/operation.ts';

/**
 * The steps of every request, in this order: gateway (API key, token, scope) → content type → parse and validate →
 * quota → operation → check of our own answer. Routing comes before, sending after. The first step that refuses ends
 * it; nothing that it throws goes out as it is.
 */
export async function answerTo(operation: Operation, call: Call): Promise<Answer> {
  try {
    return checked(await run(operation, call), operation);
  } catch (error) {
    if (error instanceof Refusal) return checkedRefusal(error, operation, call);
    call.world.settings.logger.error('emulator_defect', { operation: operation.id, error });
    return errors.runtimeError().answer;
  }
}

async function run(operation: Operation, call: Call): Promise<Answer> {
  if (operation.gated) passGateway(operation, call);
  checkContentType(operation, call);
  const handle = await operation.prepare(call);
  if (operation.paid) {
    const waitMs = call.world.quota.take();
    if (waitMs !== undefined) throw errors.rateLimited(Math.ceil(waitMs / 1_000));
  }
  return handle();
}

function passGateway({ envelope }: Operation, { headers, requestId, world }: Call): void {
  const refuse = (code: errors.GatewayCode, status: 401 | 403) =>
    envelope === 'reason' ? errors.reason(status) : errors.gateway(code, requestId);
  const key = headers['x-api-key'];
  if (key === undefined || key === '') throw refuse('403000', 403);
  if (key !== world.settings.clientId) throw refuse('403003', 403);
  const token = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw refuse('403010', envelope === 'reason' ? 401 : 403);
  const verdict = world.tokens.check(token);
  if (verdict === 'invalid') throw refuse('401013', 401);
  if (verdict === 'scope-missing') throw envelope === 'upload' ? pictureErrors.upload('10007') : refuse('403011', 403);
}

function checkContentType({ accepts, id }: Operation, { headers }: Call): void {
  if (accepts === undefined) return;
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === accepts) return;
  // Adobe takes multipart for five operations; the emulator says that it does not, rather than that Adobe does not.
  if (type === 'multipart/form-data') throw errors.notEmulated(`multipart/form-data for ${id}`);
  throw errors.invalidContentType();
}

/** An answer that Adobe would not give must not pass for one: it is loud instead. */
function checked(answer: Answer, operation: Operation): Answer {
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

function checkedRefusal({ answer }: Refusal, operation: Operation, { world }: Call): Answer {
  const json = answer.content && 'json' in answer.content ? answer.content.json : undefined;
  if (json === undefined) return answer;
  const schema = ENVELOPES[operation.envelope];
  const emulatorsOwn = ApiError.safeParse(json);
  if (schema?.safeParse(json).success) return answer;
  // What is not Adobe's own (501, 500 of this check) has the common envelope whatever the family's is.
  if (emulatorsOwn.success && answer.status >= 500) return answer;
  world.settings.logger.error('emulator_defect', { operation: operation.id, refusal: answer.status });
  return errors.responseInvalid(operation.id, `HTTP ${answer.status} has another envelope`).answer;
}
