import { createHash, webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import type { SubjectRequest } from './find-subjects.ts';
import type { Subject } from './types.ts';

/** Subjects that were found, so that a batch whose dry run has found them does not search them once more. */
export interface KnownSubjects {
  /** Copies of what was found for a request; undefined where that is not known, or not any more. */
  get(request: SubjectRequest): Promise<readonly Subject[] | undefined>;
  put(request: SubjectRequest, found: readonly Subject[]): Promise<void>;
}

/** Most bytes of compressed masks that are kept: of portraits some 10 kB each. */
const MOST_BYTES = 32e6;

interface Kept {
  readonly subjects: readonly (Omit<Subject, 'alpha'> & { readonly width: number; readonly height: number })[];
  readonly masks: readonly Buffer[];
}

/** @param mostBytes of compressed masks; those that were asked for longest ago go first */
export function knownSubjects(mostBytes = MOST_BYTES): KnownSubjects {
  // In the order of their last use.
  const known = new Map<string, Kept>();
  let bytes = 0;

  function forget(key: string): void {
    for (const mask of known.get(key)?.masks ?? []) bytes -= mask.length;
    known.delete(key);
  }

  return {
    async get(request) {
      const key = await keyOf(request);
      const kept = known.get(key);
      if (kept === undefined) return undefined;
      known.delete(key);
      known.set(key, kept);
      const masks = await Promise.all(kept.masks.map((mask) => promisify(inflate)(mask)));
      return kept.subjects.map(({ width, height, ...subject }, i) => ({
        ...subject,
        alpha: { width, height, data: new Uint8Array(masks[i] ?? []) },
      }));
    },
    async put(request, found) {
      const key = await keyOf(request);
      const masks = await Promise.all(found.map(({ alpha }) => promisify(deflate)(alpha.data, { level: 1 })));
      forget(key);
      const subjects = found.map(({ alpha: { width, height }, ...subject }) => ({ ...subject, width, height }));
      known.set(key, { subjects, masks });
      for (const mask of masks) bytes += mask.length;
      for (const oldest of known.keys()) {
        if (bytes <= mostBytes) break;
        forget(oldest);
      }
    },
  };
}

/** Equal for requests of equal pictures, shapes and corrections, and so for equal subjects: a search has no chance in it. */
async function keyOf({ content, searches, corrections }: SubjectRequest): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([content, corrections]));
  for (const search of searches) {
    if (search.kind !== 'mask') {
      hash.update(JSON.stringify(search));
      continue;
    }
    const { width, height, data } = search.mask;
    // Off the event loop: a mask has a byte for each pixel.
    const bytes = await webcrypto.subtle.digest('SHA-256', new Uint8Array(data));
    hash.update(JSON.stringify(['mask', width, height])).update(new Uint8Array(bytes));
  }
  return hash.digest('hex');
}
