import { Problem } from '../../../shared/errors.ts';

/** An id that does not exist, or that belongs to somebody else: both answer the same. */
export function unknownBatch(): Problem {
  return new Problem('unknown_batch', 'There is no such batch.', {
    actor: 'caller',
    next: 'Call job_status without arguments to see the batches that exist.',
  });
}

/** Something was asked of a batch that has ended. */
export function batchEnded(state: string): Problem {
  return new Problem('batch_ended', `The batch has already ended (${state}).`, {
    actor: 'caller',
    next: 'Call job_status with this batch to see what became of it.',
  });
}

/** Somebody cancelled a batch while its items were being written down. */
export function batchCancelled(id: string): Problem {
  return new Problem('batch_cancelled', `The batch ${id} was cancelled while it was being written down.`, {
    actor: 'caller',
    next: 'Submit it again to make it after all.',
  });
}
