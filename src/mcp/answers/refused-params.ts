import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { isRecord, parseJson } from '../../shared/text/json.ts';

/** What the SDK writes before the findings of its schema on a call. */
const PREFIX = /^Invalid [a-z/]+ request: /u;

/** Kinds of values as its schemas call them, in words. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/**
 * "Invalid params" with a sentence, for an error in which the SDK tells the findings of its schema as JSON, mostly as an
 * internal error; any other error as it is.
 */
export function inWords(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const findings = parseJson(error.message.replace(PREFIX, ''));
  if (!Array.isArray(findings)) return error;
  const [first] = findings.filter(isRecord);
  const path = first?.['path'];
  // The schema is of a whole request, so that findings elsewhere are none of its parameters.
  if (first === undefined || !Array.isArray(path) || path[0] !== 'params') return error;
  const name = path.slice(1, 6).map(String).join('.').slice(0, 100);
  return new ProtocolError(ProtocolErrorCode.InvalidParams, sentence(name, first));
}

function sentence(name: string, { expected, values, message }: Readonly<Record<string, unknown>>): string {
  const named = name === '' ? '"params"' : `"${name}"`;
  const choices = Array.isArray(values) ? values.map((value) => JSON.stringify(value)).join(' or ') : undefined;
  const wanted = choices ?? (typeof expected === 'string' ? (KINDS[expected] ?? expected) : undefined);
  if (wanted === undefined) return `${named} is not what this method takes.`;
  const isMissing = String(message).endsWith('received undefined');
  return isMissing ? `${named} is missing; it must be ${wanted}.` : `${named} must be ${wanted}.`;
}
