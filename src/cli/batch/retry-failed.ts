import type { Batches } from '../../jobs/batches/model/batch-types.ts';
import { confirmSpending } from '../../tools/definition/confirmation.ts';
import type { ToolCall } from '../../tools/definition/define.ts';
import type { ParsedFlags } from '../parsed-flags.ts';
import { suggestConfirmFlag } from '../terminal/confirm-prompt.ts';

/**
 * Sends new requests for the failed items of a batch, after the confirmation that the configuration demands.
 * @returns the number of items
 * @throws Problem `confirmation_required`, and what `Batches.retry` throws
 */
export async function retryFailed(
  id: string,
  { batches, call, flags }: { batches: Batches; call: ToolCall; flags: ParsedFlags },
): Promise<number> {
  const acceptPossibleCharge = flags.booleans.has('accept-possible-charge');
  const { source } = await batches.get(id, call.caller);
  const cost = await batches.retryCost(id, call.caller, { acceptPossibleCharge });
  const spending = { cost, tool: 'batch', what: source, call: `retry ${id}`, confirmed: flags.booleans.has('confirm') };
  if (cost.requests > 0) await confirmSpending(spending, call).catch(suggestConfirmFlag);
  return (await batches.retry(id, call.caller, { acceptPossibleCharge })).retried;
}
