import { inThread } from '../../worker/in-thread.ts';
import { oneAtATime } from '../../worker/one-at-a-time.ts';
import type { SubjectOrder, SubjectRequest } from '../find-subjects.ts';
import { knownSubjects } from '../known-subjects.ts';
import type { Subject } from '../types.ts';

/** Finds subjects off the event loop, one picture at a time. */
export interface SubjectWorker {
  /**
   * Finds subjects after all that were asked for before. The bytes of the picture are handed over: they must not be used
   * afterwards.
   * @throws Problem `nobody_found`, `shape_outside`, `picture_too_large`, `undecodable_picture`; the signal's reason as soon
   * as it aborts
   */
  find(request: SubjectRequest, signal?: AbortSignal): Promise<readonly Subject[]>;
}

/** A worker that is loaded with the first request, and remembers the newest subjects. */
export function subjectWorker(): SubjectWorker {
  const known = knownSubjects();
  const thread = inThread<SubjectOrder, readonly Subject[]>({
    name: 'subject-worker',
    bytesOf: ({ bytes }) => [bytes],
  });
  const search = oneAtATime(thread);
  return {
    async find(request, signal) {
      signal?.throwIfAborted();
      const { read, searches, corrections } = request;
      const before = await known.get(request);
      if (before !== undefined) return before;
      const found = await search(async () => ({ bytes: await read(), searches, corrections }), signal);
      await known.put(request, found);
      return found;
    },
  };
}
