import type { HttpAnswer } from '../http/exchange.ts';
import type { CallContext } from '../call.ts';
import { parseErrorBody, parseRecord } from '../http/answer/error-body.ts';
import { parseRetryAfter } from '../http/answer/retry-after.ts';
import { cancelKept, cancelRefused, pageInstead, problem, unreadableAnswer } from '../problems.ts';
import type { CancelOutcome } from '../types.ts';
import { answerProblem, isForeignPage } from '../upstream.ts';
import type { ErrorFamily } from './errors.ts';

/** Interprets an answer of the cancel route (docs/adobe-api.md#status-and-cancel). */
export function readCancel(
  answer: HttpAnswer,
  errors: ErrorFamily,
  context: Pick<CallContext, 'clock' | 'secrets'>,
): CancelOutcome {
  const { status } = answer;
  // Some networks let no PUT through, ever; without this problem the job would go on without a word.
  if (isForeignPage(answer) && status >= 400) return { kind: 'refused', problem: cancelKept(status) };
  if (isForeignPage(answer)) return { kind: 'transient', problem: problem(pageInstead(status)) };
  if (status >= 200 && status < 300) {
    return isConfirmed(answer)
      ? { kind: 'requested' }
      : { kind: 'transient', problem: unreadableAnswer('the cancel request') };
  }
  if (status === 404 || status === 410) return { kind: 'gone' };
  if (status === 429) {
    return { kind: 'rate_limited', retryAfterMs: parseRetryAfter(answer.headers['retry-after'], context.clock.now()) };
  }
  const { code, text } = parseErrorBody(answer.text, context.secrets());
  if (status === 409 && matchesAny(/already.?cancel/i, code, text)) return { kind: 'requested' };
  if (status === 409 && matchesAny(/completed/i, code, text)) return { kind: 'too_late' };
  const why = answerProblem(answer, { about: 'cancel', errors, secrets: context.secrets() });
  if (status < 400) return { kind: 'transient', problem: why };
  return { kind: 'refused', problem: cancelRefused(status, why.upstream) };
}

/**
 * Adobe answers without a body (OpenAPI `cancelJobV4`); an empty JSON value and a `status` that begins with `cancel` count
 * as well.
 */
function isConfirmed({ text, whole }: HttpAnswer): boolean {
  if (!whole) return false;
  const body = text.trim();
  if (body === '' || body === 'null' || body === '""') return true;
  const json = parseRecord(body);
  if (json === undefined) return false;
  const status = json['status'];
  return Object.keys(json).length === 0 || (typeof status === 'string' && /^cancel/i.test(status));
}

function matchesAny(what: RegExp, ...parts: readonly (string | undefined)[]): boolean {
  return parts.some((part) => part !== undefined && what.test(part));
}
