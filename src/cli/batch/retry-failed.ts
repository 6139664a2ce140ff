import type { Batches } from '../../jobs/batches/model/batch-types.ts';
import { confirmSpending } from '../../tools/definition/confirmation.ts';
import type { ToolCall } from '../../tools/definition/define.ts';
import { confirmOnScreen } from '../terminal/confirm-prompt.ts';
import type { ParsedFlags } from '../parsed-flags.ts';

/**
 * New requests for the items of a batch that failed, once somebody has agreed where that is asked for. How many they are.
 * @throws Problem `confirmation_required`, and as `Batches.retry`
 */
export async function retryFailed(
  id: string,
  { batches, call, flags }: { batches: Batches; call: ToolCall; flags: ParsedFlags },
): Promise<number> {
  const acceptPossibleCharge = flags.booleans.has('accept-possible-charge');
  const { counts, source } = await batches.get(id, call.caller);
  const requests = counts.failed + (acceptPossibleCharge ? counts.unknown : 0);
  const spending = { requests, tool: 'batch', what: source, confirmed: flags.booleans.has('confirm') };
  if (requests > 0) await confirmSpending(spending, call).catch(confirmOnScreen);
  return (await batches.retry(id, call.caller, { acceptPossibleCharge })).retried;
}
