import { createHash } from 'node:crypto';
import type { SubjectRequest } from './find-subjects.ts';
import type { PackedSubject } from './types.ts';

/** Subjects that were found, so that a batch whose dry run has found them does not search them once more. */
export interface KnownSubjects {
  /** Copies of what was found for a request, whose bytes may be handed over; undefined where that is not known, or not any more. */
  get(request: SubjectRequest): readonly PackedSubject[] | undefined;
  put(request: SubjectRequest, found: readonly PackedSubject[]): void;
}

/** Most bytes of packed masks that are kept: of portraits some 10 kB each. */
const MOST_BYTES = 32e6;

/** @param mostBytes of packed masks; those that were asked for longest ago go first */
export function knownSubjects(mostBytes = MOST_BYTES): KnownSubjects {
  // In the order of their last use.
  const known = new Map<string, readonly PackedSubject[]>();
  let bytes = 0;

  function forget(key: string): void {
    for (const { alpha } of known.get(key) ?? []) bytes -= alpha.deflated.length;
    known.delete(key);
  }

  return {
    get(request) {
      const key = keyOf(request);
      const kept = known.get(key);
      if (kept === undefined) return undefined;
      known.delete(key);
      known.set(key, kept);
      return kept.map(copied);
    },
    put(request, found) {
      const key = keyOf(request);
      forget(key);
      const kept = found.map(copied);
      known.set(key, kept);
      for (const { alpha } of kept) bytes += alpha.deflated.length;
      for (const oldest of known.keys()) {
        if (bytes <= mostBytes) break;
        forget(oldest);
      }
    },
  };
}

function copied({ alpha, ...subject }: PackedSubject): PackedSubject {
  return { ...subject, alpha: { ...alpha, deflated: new Uint8Array(alpha.deflated) } };
}

/** Equal for requests of equal pictures, shapes and corrections, and so for equal subjects: a search has no chance in it. */
function keyOf({ content, earlier, searches, corrections }: SubjectRequest): string {
  const key = [content, corrections, searches, earlier?.content, earlier?.by];
  return createHash('sha256').update(JSON.stringify(key)).digest('hex');
}
