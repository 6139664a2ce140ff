import type { Batches } from '../../jobs/batches/types.ts';
import { confirmSpending } from '../../tools/confirmation.ts';
import type { ToolCall } from '../../tools/define.ts';
import { confirmOnScreen } from '../consent.ts';
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
