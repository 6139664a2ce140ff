import { itemKeys } from '../../../src/jobs/batches/create/item-keys.ts';
import type { BatchPlan } from '../../../src/jobs/batches/model/batch-types.ts';
import { aRequest } from '../../support/cluster/test-cluster.ts';

/** A batch with an item for each prompt. */
export function aPlan(prompts: readonly string[], more: Partial<BatchPlan> = {}): BatchPlan {
  const requests = prompts.map((prompt) => aRequest(prompt));
  const keys = itemKeys(requests.map((request) => ({ id: undefined, request })));
  return {
    tool: 'generate_image',
    source: 'prompts.jsonl',
    digest: `digest of ${prompts.join(' ')}`,
    items: requests.map((request, index) => ({
      key: keys[index] ?? '',
      label: String(index + 1),
      name: String(index + 1).padStart(4, '0'),
      request,
    })),
    duplicates: 0,
    folder: undefined,
    ...more,
  };
}

/** So many different prompts. */
export function prompts(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `portrait ${index + 1}`);
}
