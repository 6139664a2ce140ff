import { costOf } from '../../firefly/pricing.ts';
import type { JobRow } from './job-row.ts';
import { saveColumns } from './saves/save-order.ts';
import { drawSeeds } from './requests/adobe-request.ts';
import { PRIORITY } from './priority.ts';
import type { StoredRequest } from './types.ts';
import type { Caller } from '../../shared/caller.ts';
import type { Random } from '../../shared/random.ts';

/** The row of a new job, queued, with seeds drawn. The store assigns its turn and may raise `createdAt` when it inserts the row. */
export function newJob(
  request: StoredRequest,
  keys: Pick<JobRow, 'account' | 'fingerprint' | 'idempotencyKey' | 'replaces' | 'batch' | 'item' | 'saves'>,
  context: {
    readonly id: string;
    readonly caller: Caller;
    readonly now: number;
    readonly random: Pick<Random, 'float'>;
  },
): JobRow {
  const { tool, operation, model, body, pictures = [], arguments: asked, edit, count, size, facts, warnings } = request;
  const { id, caller, now, random } = context;
  return {
    ...keys,
    ...saveColumns(keys.saves ?? []),
    id,
    principal: caller.principal,
    conversation: caller.conversation,
    tool,
    operation,
    model,
    body: drawSeeds(body, () => random.float()),
    pictures: [...pictures],
    arguments: asked && { ...asked },
    edit: edit && { ...edit, attempts: 0 },
    count,
    operations: costOf(request).operations,
    principalBudget: caller.can.budget,
    size,
    facts,
    warnings: [...warnings],
    priority: keys.batch === undefined ? PRIORITY.interactive : PRIORITY.batch,
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
    attached: 0,
    delivery: 'none',
  };
}
