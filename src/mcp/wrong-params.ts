import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { isRecord, parseJson } from '../shared/text/json.ts';
import { quoteUntrusted } from '../shared/text/text.ts';

/** What the SDK writes before the issues of a call. */
const OF_CALLS = /^Invalid tools\/call request: /;

/**
 * The error of a request, as it is told. Of parameters that are not of the method's form the SDK throws the issues of its
 * schema, as JSON, most of them as a failure of the server: they become "Invalid params", in a sentence about the first.
 */
export function explained(method: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const issues = parseJson(error.message.replace(OF_CALLS, ''));
  const [issue] = Array.isArray(issues) ? (issues as readonly unknown[]) : [];
  if (!isRecord(issue) || !Array.isArray(issue['path']) || typeof issue['message'] !== 'string') return error;
  const place = quoteUntrusted(issue['path'].join('.') || 'params', 80);
  const why = quoteUntrusted(issue['message'].replace(/^Invalid input/, ''), 160);
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `"${place}" is not what ${method} takes${why}.`);
}
