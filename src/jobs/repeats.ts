import { createHash } from 'node:crypto';
import type { JobRecord } from './record.ts';
import { isFinal } from './states.ts';
import type { PaidRequest } from './types.ts';

/** How long an outcome that nobody knows keeps identical calls from being sent again. */
export const UNKNOWN_HOLDS_MS = 24 * 3_600_000;
/** How long a result that never reached its caller is handed to the identical call that clients send after a break. */
export const UNDELIVERED_HOLDS_MS = 120_000;
/** How long an idempotency key decides. */
export const KEY_HOLDS_MS = 24 * 3_600_000;

/** The same for two requests exactly when they ask Adobe for the same thing. */
export function fingerprint(request: Pick<PaidRequest, 'tool' | 'operation' | 'model' | 'body'>): string {
  const { tool, operation, model, body } = request;
  return createHash('sha256')
    .update(canonical({ tool, operation, model: model ?? null, body }))
    .digest('hex');
}

/** JSON with sorted keys, so that the order of arguments does not matter. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

/**
 * Whether an identical call attaches to this earlier job (DESIGN §3 "Repeats"): its own call is no longer open, and
 * the job is unfinished, or its outcome is unknown, or its result never reached anybody (the call's connection broke).
 */
export function attaches(job: JobRecord, now: number, { isClosed }: { isClosed: boolean }): boolean {
  if (!isClosed) return false;
  if (!isFinal(job.state)) return true;
  const age = now - (job.finishedAt ?? job.updatedAt);
  if (job.state === 'submit_unknown') return age < UNKNOWN_HOLDS_MS;
  return job.state === 'succeeded' && job.delivery === 'none' && age < UNDELIVERED_HOLDS_MS;
}

/** Whether a call names a picture by what it is in the conversation, so that the same words can mean another one. */
export function saysLast(input: Readonly<Record<string, unknown>>): boolean {
  return Object.values(input).some((value) => typeof value === 'string' && value.trim().toLowerCase() === 'last');
}

/** The same for two calls exactly when the caller wrote the same, whatever its words stand for by now. */
export function callMark(tool: string, input: Readonly<Record<string, unknown>>): string {
  const { wait_seconds: _wait, idempotency_key: _key, again: _again, confirm: _confirm, ...said } = input;
  return createHash('sha256').update(canonical({ tool, said })).digest('hex');
}
