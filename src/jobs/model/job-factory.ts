import type { JobRow } from './job-row.ts';
import { PRIORITY } from './priority.ts';
import type { Caller, PaidRequest } from './types.ts';

/** A queued job as it is first written down. */
export function newJob(
  request: PaidRequest,
  marks: Pick<JobRow, 'account' | 'fingerprint' | 'idempotencyKey' | 'replaces' | 'batch' | 'item'>,
  context: { readonly id: string; readonly caller: Caller; readonly now: number },
): JobRow {
  const { tool, operation, model, body, pictures = [], count, size, facts, warnings } = request;
  const { id, caller, now } = context;
  return {
    ...marks,
    id,
    principal: caller.principal,
    conversation: caller.conversation,
    tool,
    operation,
    model,
    body,
    pictures: [...pictures],
    count,
    size,
    facts,
    warnings: [...warnings],
    priority: marks.batch === undefined ? PRIORITY.interactive : PRIORITY.batch,
    // Given out with the place in the queue, when the job is written down.
    turn: 0,
    state: 'queued',
    cancel: 'none',
    failures: 0,
    unauthorized: 0,
    reuploads: 0,
    attempt: 0,
    fence: 0,
    leaseUntil: 0,
    runnableAt: now,
    createdAt: now,
    updatedAt: now,
    outputs: [],
    delivery: 'none',
  };
}
