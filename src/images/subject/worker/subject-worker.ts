import { oneAtATime } from '../../worker/one-at-a-time.ts';
import type { SubjectOrder } from '../find-subjects.ts';
import type { Subject } from '../types.ts';

/** Finds subjects off the event loop, one picture at a time. */
export interface SubjectWorker {
  /**
   * Finds subjects after all that were ordered before. The bytes of the order are handed over: they must not be used
   * afterwards. An order that is a function is called in its turn, so that orders which wait hold no bytes.
   * @throws Problem `nobody_found`, `shape_outside`, `picture_too_large`, `undecodable_picture`; the signal's reason as soon
   * as it aborts
   */
  find(order: SubjectOrder | (() => Promise<SubjectOrder>), signal?: AbortSignal): Promise<readonly Subject[]>;
}

/** A worker that is loaded with the first order. */
export function subjectWorker(): SubjectWorker {
  const find = oneAtATime<SubjectOrder, readonly Subject[]>({
    name: 'subject-worker',
    bytesOf: ({ bytes, searches }) => [
      bytes,
      ...searches.flatMap((each) => (each.kind === 'mask' ? each.mask.data : [])),
    ],
  });
  return { find };
}
