import type { Batches } from '../../jobs/batches/model/batch-types.ts';
import { confirmSpending } from '../definition/confirmation.ts';
import type { ToolCall } from '../definition/define.ts';
import { digestOf } from './batch-submission.ts';

/** How the items of a batch are made again. */
export interface ItemRetry {
  /** Name of the tool or command, for the question. */
  readonly tool: string;
  /** The user has agreed to spend. */
  readonly confirmed: boolean;
  /** Items of unknown outcome are among them, which Adobe may have charged. */
  readonly acceptPossibleCharge: boolean;
}

/**
 * Makes new jobs for the failed items of a batch, after confirmation where the configuration requires it. A yes is one to
 * the items that had failed when it was asked for: a batch that goes on may have more of them by the time of the answer.
 * @returns the number of items
 * @throws Problem `confirmation_required`, and as `Batches.retry`
 */
export async function retryItems(
  id: string,
  { batches }: { readonly batches: Batches },
  call: ToolCall,
  { tool, confirmed, acceptPossibleCharge }: ItemRetry,
): Promise<number> {
  const { source } = await batches.get(id, call.caller);
  const { jobs, cost, mayChargeTwice } = await batches.retryable(id, call.caller, { acceptPossibleCharge });
  if (jobs.length === 0) return 0;
  const mark = `resubmit ${id} ${digestOf(undefined, ...jobs)}`;
  await confirmSpending({ cost, tool, what: source, call: mark, confirmed, mayChargeTwice }, call);
  return (await batches.retry(id, call.caller, { acceptPossibleCharge, jobs })).retried;
}
