import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BlobRef, BlobStore, ByteRange } from '../../../src/images/blobs/blob-store.ts';
import { openChecked, put, readBlob } from '../../../src/images/blobs/receive.ts';
import type { StoredBytes } from '../../../src/images/types.ts';
import { HOUR_MS } from '../../../src/shared/time/durations.ts';
import { noisy, plain } from '../pictures.ts';
import { video } from '../videos.ts';

/** An empty blob store, and what a test does to it from outside. */
export interface BlobStoreUnderTest extends AsyncDisposable {
  readonly store: BlobStore;
  /** Makes the last use of a content as old as that. */
  age(blob: BlobRef, ms: number): Promise<void>;
  /** Changes a byte of a content, as a failing disk would; with `cut`, takes its last byte away. */
  damage(blob: BlobRef, how?: 'cut'): Promise<void>;
  /** Makes what was half-written as old as that. */
  ageLeftovers(ms: number): Promise<void>;
  /** Whether contents have an address for a person on this machine. */
  readonly hasAddresses: boolean;
}

const MOST = 100_000_000;
const codeOf = (code: string) => expect.objectContaining({ name: 'Problem', code });
const jpeg = noisy(300, 200).jpeg().toBuffer();
const png = plain(20, 10).png().toBuffer();

async function collected(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

function* inPieces(bytes: Uint8Array, length: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** The suite that every blob store has to pass (docs/architecture.md#add-a-blob-store). */
export function describeBlobStore(name: string, make: () => Promise<BlobStoreUnderTest>): void {
  describe(`the blob store ${name}`, () => {
    let under: BlobStoreUnderTest;
    let store: BlobStore;
    beforeEach(async () => {
      under = await make();
      ({ store } = under);
    });
    afterEach(() => under[Symbol.asyncDispose]());

    const listed = async () => {
      const all = [];
      for await (const blob of store.list()) all.push(blob);
      return all;
    };
    const isThere = async ({ sha256 }: BlobRef) => (await listed()).some((blob) => blob.sha256 === sha256);
    const read = (blob: BlobRef) => readBlob(store, blob, MOST);

    describe('putting', () => {
      test.each([1, 7, 1_000, 65_537, MOST])(
        'in pieces of %i bytes gives the facts and keeps every byte',
        async (length) => {
          const bytes = length === 1 ? await png : await jpeg;
          const stored = await put(store, inPieces(bytes, length));
          const sha256 = createHash('sha256').update(bytes).digest('hex');
          const size =
            length === 1
              ? { mimeType: 'image/png', width: 20, height: 10 }
              : { mimeType: 'image/jpeg', width: 300, height: 200 };
          expect(stored).toEqual({ sha256, bytes: bytes.length, ...size });
          expect(Buffer.compare(Buffer.from(await read(stored)), bytes)).toBe(0);
          expect(await listed()).toMatchObject([{ sha256, bytes: bytes.length, mimeType: stored.mimeType }]);
        },
      );

      test('a video gives its length too', async () => {
        const bytes = video({ durationMs: 5_200 });
        const stored = await put(store, inPieces(bytes, 333));
        expect(stored).toMatchObject({ mimeType: 'video/mp4', width: 320, height: 180, durationMs: 5_200 });
        expect(Buffer.compare(await collected(store.open(stored)), bytes)).toBe(0);
      });

      test('equal content again keeps one, and counts as a use', async () => {
        const first = await put(store, [await png]);
        await under.age(first, 5 * HOUR_MS);
        expect(await put(store, [await png])).toEqual(first);
        const [blob, ...others] = await listed();
        expect(others).toEqual([]);
        expect(Date.now() - (blob?.usedAt ?? 0)).toBeLessThan(HOUR_MS);
      });

      test('equal content by twenty at once keeps one', async () => {
        const bytes = await jpeg;
        await Promise.all(Array.from({ length: 20 }, () => put(store, inPieces(bytes, 5_000))));
        expect(await listed()).toHaveLength(1);
        expect(await store.leftovers()).toEqual({ files: 0, bytes: 0 });
      });

      test('content of which a part was lost puts it whole again', async () => {
        const stored = await put(store, [await png]);
        await under.damage(stored, 'cut');
        await put(store, [await png]);
        expect(Buffer.compare(Buffer.from(await read(stored)), await png)).toBe(0);
      });

      test('cannot be seen before its end, and leaves nothing where it is taken back', async () => {
        const writer = await store.begin();
        await writer.write((await png).subarray(0, 30));
        expect(await listed()).toEqual([]);
        await writer.abort();
        await writer.abort();
        expect(await listed()).toEqual([]);
        expect(await store.leftovers()).toEqual({ files: 0, bytes: 0 });
      });

      test.each([
        [
          'a source that breaks',
          async function* () {
            yield (await png).subarray(0, 30);
            throw new Error('broken off');
          },
          undefined,
          expect.objectContaining({ message: 'broken off' }),
        ],
        [
          'a picture that is cut off',
          async function* () {
            yield (await jpeg).subarray(0, -30);
          },
          undefined,
          codeOf('not_a_picture'),
        ],
        [
          'no picture',
          async function* () {
            yield await Promise.resolve(Buffer.from('<svg/>'));
          },
          undefined,
          codeOf('not_a_picture'),
        ],
        [
          'more than the limit of the operation',
          async function* () {
            yield await jpeg;
          },
          { maxBytes: 1_000 },
          codeOf('picture_too_large'),
        ],
        [
          'what is refused at its end',
          async function* () {
            yield await png;
          },
          {
            beforeCommit: () => {
              throw new Error('refused');
            },
          },
          expect.objectContaining({ message: 'refused' }),
        ],
      ])('of %s leaves nothing', async (_what, source, options, expected) => {
        await expect(put(store, source(), options)).rejects.toEqual(expected);
        expect(await listed()).toEqual([]);
        expect(await store.leftovers()).toEqual({ files: 0, bytes: 0 });
      });
    });

    describe('reading', () => {
      test('a range gives exactly its bytes, clipped to what is there', async () => {
        const bytes = await jpeg;
        const stored = await put(store, [bytes]);
        const { length } = bytes;
        const ranges: readonly (readonly [ByteRange, Buffer])[] = [
          [{ from: 0, to: 1 }, bytes.subarray(0, 1)],
          [{ from: 0 }, bytes],
          [{ from: 0, to: length }, bytes],
          [{ from: 1_000, to: 9_000 }, bytes.subarray(1_000, 9_000)],
          [{ from: length - 1 }, bytes.subarray(-1)],
          [{ from: length - 10, to: length + 10 }, bytes.subarray(-10)],
          [{ from: length }, Buffer.alloc(0)],
          [{ from: length + 100, to: length + 200 }, Buffer.alloc(0)],
          [{ from: 50, to: 50 }, Buffer.alloc(0)],
        ];
        for (const [range, expected] of ranges) {
          const found = await collected(store.open(stored, range));
          expect(Buffer.compare(found, expected), JSON.stringify(range)).toBe(0);
        }
      });

      test('may stop in the middle, and keeps nothing from being deleted', async () => {
        const stored = await put(store, [await jpeg]);
        for await (const piece of store.open(stored)) {
          expect(piece.length).toBeGreaterThan(0);
          break;
        }
        await under.age(stored, HOUR_MS);
        expect(await store.deleteUnlessUsedSince(stored.sha256, Date.now() - 60_000)).toMatchObject({
          outcome: 'deleted',
        });
      });

      test('a damaged content is noticed, at the latest after its last byte', async () => {
        const stored = await put(store, [await jpeg]);
        await under.damage(stored);
        await expect(read(stored)).rejects.toEqual(codeOf('image_damaged'));
        await expect(collected(openChecked(store, stored))).rejects.toEqual(codeOf('image_damaged'));
      });

      test('a content that is not there is a problem', async () => {
        const stored: StoredBytes = { sha256: 'a'.repeat(64), mimeType: 'image/png', bytes: 10, width: 1, height: 1 };
        await expect(read(stored)).rejects.toEqual(codeOf('image_missing'));
        await expect(collected(store.open(stored, { from: 1, to: 2 }))).rejects.toEqual(codeOf('image_missing'));
      });

      test('more than may be in memory is refused before it is read', async () => {
        const stored = await put(store, [await jpeg]);
        await expect(readBlob(store, stored, 1_000)).rejects.toEqual(codeOf('picture_too_large'));
      });
    });

    describe('deleting', () => {
      test('deletes once, and no other content', async () => {
        const [old, other] = [await put(store, [await png]), await put(store, [await jpeg])];
        await under.age(old, HOUR_MS);
        const since = Date.now() - 60_000;
        const done = { outcome: 'deleted', files: 1, bytes: old.bytes };
        expect(await store.deleteUnlessUsedSince(old.sha256, since)).toEqual(done);
        expect(await store.deleteUnlessUsedSince(old.sha256, since)).toEqual({ outcome: 'absent' });
        expect(await listed()).toMatchObject([{ sha256: other.sha256 }]);
        expect(await store.leftovers()).toEqual({ files: 0, bytes: 0 });
      });

      test('keeps what was put since', async () => {
        const stored = await put(store, [await png]);
        expect(await store.deleteUnlessUsedSince(stored.sha256, Date.now() - 60_000)).toEqual({ outcome: 'used' });
        await under.age(stored, HOUR_MS);
        await put(store, [await png]);
        expect(await store.deleteUnlessUsedSince(stored.sha256, Date.now() - 60_000)).toEqual({ outcome: 'used' });
        expect(await read(stored)).toHaveLength(stored.bytes);
      });

      test('forty times at once with a put of equal content leaves that content', async () => {
        const bytes = await png;
        for (let round = 0; round < 40; round += 1) {
          const old = await put(store, [bytes]);
          await under.age(old, HOUR_MS);
          const since = Date.now() - 60_000;
          const remove = () => store.deleteUnlessUsedSince(old.sha256, since);
          const [, again] = await Promise.all([remove(), put(store, inPieces(bytes, 40)), remove(), store.repair()]);
          expect(await read(again)).toHaveLength(again.bytes);
        }
      });
    });

    describe('listing', () => {
      test('an empty store gives nothing', async () => {
        expect(await listed()).toEqual([]);
        expect(await store.leftovers()).toEqual({ files: 0, bytes: 0 });
        await store.repair();
      });

      test('gives each whole content once, also while others are put and deleted', async () => {
        const kept = [];
        for (let n = 1; n <= 12; n += 1) kept.push(await put(store, [await plain(n, 1).png().toBuffer()]));
        const busy = (async () => {
          for (let n = 1; n <= 12; n += 1) {
            const coming = await put(store, inPieces(await plain(n, 2).png().toBuffer(), 30));
            await store.deleteUnlessUsedSince(coming.sha256, Date.now() + HOUR_MS);
          }
        })();
        for (let round = 0; round < 8; round += 1) {
          const found = await listed();
          const hashes = found.map(({ sha256 }) => sha256);
          expect(new Set(hashes).size).toBe(hashes.length);
          for (const { sha256, bytes } of kept)
            expect(found).toContainEqual(expect.objectContaining({ sha256, bytes }));
        }
        await busy;
        expect(await listed()).toHaveLength(12);
      });
    });

    describe('a crash', () => {
      test('while putting leaves bytes that a later repair deletes, and not those of a process that is writing', async () => {
        const crashed = await store.begin();
        await crashed.write((await png).subarray(0, 30));
        expect(await store.leftovers()).toEqual({ files: 1, bytes: 30 });
        await store.repair();
        expect(await store.leftovers()).toMatchObject({ files: 1 });
        await under.ageLeftovers(2 * HOUR_MS);
        await store.repair();
        expect(await store.leftovers()).toEqual({ files: 0, bytes: 0 });
        await crashed.abort();
      });
    });

    test('says where a person finds a content, or that there is no such place', async () => {
      const stored = await put(store, [await png]);
      const address = await store.addressFor(stored);
      expect(typeof address).toBe(under.hasAddresses ? 'string' : 'undefined');
      expect(await isThere(stored)).toBe(true);
    });
  });
}
