import type { Batches } from '../../jobs/batches/model/batch-types.ts';
import { retryItems } from '../../tools/batches/consented-retry.ts';
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
  const how = { tool: 'batch', confirmed: flags.booleans.has('confirm'), acceptPossibleCharge };
  return retryItems(id, { batches }, call, how).catch(suggestConfirmFlag);
}
