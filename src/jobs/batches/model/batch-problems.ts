import { Problem } from '../../../shared/errors.ts';

/** Unknown id, or one of another principal: indistinguishable on purpose (docs/security.md#principals). */
export function unknownBatch(): Problem {
  return new Problem('unknown_batch', 'There is no such batch.', {
    next: 'Call job_status without arguments to see the batches that exist.',
  });
}

/** Request to change a batch that has ended. */
export function batchEnded(state: string): Problem {
  return new Problem('batch_ended', `The batch has already ended (${state}).`, {
    next: 'Call job_status with this batch to see what became of it.',
  });
}

/** Cancel of a batch before all of its items were stored. */
export function batchCancelled(id: string): Problem {
  return new Problem('batch_cancelled', `The batch ${id} was cancelled while its items were being recorded.`, {
    next: 'Submit it again if you want it after all.',
  });
}
