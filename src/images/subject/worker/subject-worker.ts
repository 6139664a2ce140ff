import { makeFolder } from '../../../shared/files/folders.ts';
import type { Logger } from '../../../shared/logger.ts';
import { hasMorePixels } from '../../decodable.ts';
import { MOST_SEARCH_PIXELS } from '../../limits.ts';
import { someApart } from '../../worker/carrier.ts';
import { byteArraysOf } from '../../worker/in-files.ts';
import { inProcess } from '../../worker/in-process.ts';
import { inThread } from '../../worker/in-thread.ts';
import { oneAtATime } from '../../worker/one-at-a-time.ts';
import type { SubjectOrder, SubjectRequest } from '../find-subjects.ts';
import { knownSubjects } from '../known-subjects.ts';
import type { PackedSubject } from '../types.ts';

/** Finds subjects off the event loop, one picture at a time. */
export interface SubjectWorker {
  /**
   * Finds subjects after all that were asked for before. The bytes of the picture are handed over: they must not be used
   * afterwards.
   * @throws Problem `nobody_found`, `shape_outside`, `picture_too_large`, `undecodable_picture`; `internal_error` where the
   * process of a very large picture ends early; the signal's reason as soon as it aborts
   */
  find(request: SubjectRequest, signal?: AbortSignal): Promise<readonly PackedSubject[]>;
  /** Gives up the search of a process; resolves when nothing of it is left. No request may follow. */
  end(): Promise<void>;
}

interface SubjectWorkerOptions {
  /** Where private temporary folders may be made; it is made with the first order. */
  readonly folder: string;
  readonly logger: Pick<Logger, 'warn'>;
  /** As that of `inProcess`. */
  readonly program?: string | undefined;
}

/**
 * A worker that is loaded with the first request, and remembers the newest subjects: a thread, and for very large pictures
 * processes that end with their search.
 */
export function subjectWorker({ folder, logger, ...options }: SubjectWorkerOptions): SubjectWorker {
  const known = knownSubjects();
  const worker = { name: 'subject-worker', bytesOf: byteArraysOf };
  const processes = inProcess<SubjectOrder, readonly PackedSubject[]>({ ...worker, ...options, folder });
  const carrier = someApart({
    usual: inThread<SubjectOrder, readonly PackedSubject[]>(worker),
    apart: processes,
    isFor: async ({ picture }) => hasMorePixels(picture, MOST_SEARCH_PIXELS),
    onCannotStart: (error) => logger.warn('picture_in_server', { error }),
  });
  const search = oneAtATime(carrier);
  return {
    async find(request, signal) {
      signal?.throwIfAborted();
      const before = known.get(request);
      if (before !== undefined) return before;
      // Where it cannot be made, no process can start.
      await makeFolder(folder).catch(() => {});
      const found = await search(() => orderOf(request), signal);
      known.put(request, found);
      return found;
    },
    end: () => processes.end(),
  };
}

async function orderOf({ read, picture, earlier, searches, corrections }: SubjectRequest): Promise<SubjectOrder> {
  const { width, height, mimeType } = picture;
  return {
    bytes: await read(),
    picture: { width, height, mimeType },
    earlier: earlier && { bytes: await earlier.read(), by: earlier.by },
    searches,
    corrections,
  };
}
