import { isRecord } from '../../../shared/text/json.ts';
import { resultOf, type Reading } from '../results.ts';

/** Keys under which an answer, its result, or one of its outputs tells why results are missing. */
const ERROR_KEYS = ['errors', 'error', 'failures'];

/** Why single results are missing: an output with an error in place of a link, and errors beside the outputs. */
export function failuresIn(
  body: Record<string, unknown>,
  list: readonly unknown[],
  reading: Reading,
): readonly Record<string, unknown>[] {
  const empty = list.filter(isRecord).filter((output) => resultOf(output, reading) === undefined);
  const inOutputs = empty.map(reasonIn).filter((reason) => reason !== undefined);
  const beside = [body['result'], body].filter(isRecord).flatMap(errorsBeside);
  const own = typeof body['error_code'] === 'string' ? [body] : [];
  return [...inOutputs, ...beside, ...own].filter(saysWhy);
}

/** What tells why a part of an answer failed: the part itself or an error in it, one with a code before one without. */
export function reasonIn(part: Record<string, unknown>): Record<string, unknown> | undefined {
  const parts = [part, ...errorsBeside(part)];
  return parts.find(hasCode) ?? parts.find(saysWhy);
}

/** The errors that a part of an answer has under `ERROR_KEYS`: one, or a list of them. */
function errorsBeside(part: Record<string, unknown>): Record<string, unknown>[] {
  return ERROR_KEYS.map((key) => part[key])
    .flat()
    .filter(isRecord);
}

function hasCode(part: Record<string, unknown>): boolean {
  return ['error_code', 'code'].some((key) => typeof part[key] === 'string');
}

function saysWhy(part: Record<string, unknown>): boolean {
  return ['error_code', 'code', 'message', 'error', 'reason'].some((key) => typeof part[key] === 'string');
}
