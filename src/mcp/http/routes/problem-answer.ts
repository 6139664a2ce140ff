import type { ServerResponse } from 'node:http';
import { toProblemRecord } from '../../../shared/errors.ts';
import type { ProblemCode } from '../../../shared/problem-codes.ts';
import { respond } from '../respond.ts';

/** Statuses of problems; 400 for all others. */
const STATUS: Partial<Record<ProblemCode, number>> = {
  upload_address_invalid: 403,
  scope_missing: 403,
  unknown_job: 404,
  batch_ended: 409,
  job_finished: 409,
  interrupted: 408,
  picture_too_large: 413,
  not_a_picture: 415,
  still_wanted: 415,
  server_busy: 503,
  internal_error: 500,
};

/**
 * Answers a program that has sent no MCP with what is wrong.
 * @param onDefect is given what is none of the sender's doing
 */
export function respondProblem(response: ServerResponse, error: unknown, onDefect: (error: unknown) => void): void {
  const { code, message, next } = toProblemRecord(error);
  if (code === 'internal_error') onDefect(error);
  respond(response, STATUS[code] ?? 400, { error: { code, message, next } });
}
