import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { CheckedContents } from '../../../src/images/blobs/checked-contents.ts';
import type { BlobStore } from '../../../src/images/blobs/blob-store.ts';
import type { StoredBytes } from '../../../src/images/types.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { MemoryBlobs } from '../../support/doubles/memory-blobs.ts';
import { TestLibrary } from '../../support/rooms/test-library.ts';
import { put } from '../../../src/images/blobs/receive.ts';
import { noisy } from '../pictures.ts';

const DAMAGED = expect.objectContaining({ name: 'Problem', code: 'image_damaged' });
const jpeg = noisy(300, 200).jpeg().toBuffer();

/** Everything that came before the end or the failure. */
async function taken(pieces: Promise<AsyncIterable<Uint8Array>>): Promise<{ bytes: Buffer; failure: unknown }> {
  const all: Uint8Array[] = [];
  try {
    for await (const piece of await pieces) all.push(piece);
  } catch (failure) {
    return { bytes: Buffer.concat(all), failure };
  }
  return { bytes: Buffer.concat(all), failure: undefined };
}

/** A store in memory that says these states, one after the other, the last one for ever. */
async function storeThatSays(...states: (string | undefined)[]) {
  const memory = new MemoryBlobs(systemClock);
  const blob = await put(memory, [await jpeg]);
  const stateOf: BlobStore['stateOf'] = async () => (states.length > 1 ? states.shift() : states[0]);
  const store: BlobStore = Object.assign(memory, { stateOf });
  const damage = () => memory.contents.get(blob.sha256)?.bytes.fill(1, 100, 101);
  return { contents: new CheckedContents(store), blob, damage };
}

describe('a content that is asked for again and again', () => {
  test('is not hashed again while its state is the same', async () => {
    const { contents, blob, damage } = await storeThatSays('a');
    expect((await taken(contents.open(blob))).bytes.equals(await jpeg)).toBe(true);
    damage();
    expect(await taken(contents.open(blob))).toMatchObject({ failure: undefined });
  });

  test.each([
    ['its state is another one', ['a', 'a', 'b']],
    ['its state changed while it was read', ['a', 'b', 'a']],
    ['the store cannot tell its state', [undefined]],
  ])('is hashed again where %s', async (_when, states) => {
    const { contents, blob, damage } = await storeThatSays(...states);
    expect(await taken(contents.open(blob))).toMatchObject({ failure: undefined });
    damage();
    expect((await taken(contents.open(blob))).failure).toEqual(DAMAGED);
  });

  test('is not taken for right after a reader that left before its end', async () => {
    const { contents, blob, damage } = await storeThatSays('a');
    damage();
    for await (const piece of await contents.open(blob)) if (piece.length > 0) break;
    expect((await taken(contents.open(blob))).failure).toEqual(DAMAGED);
  });
});

test('a file that is damaged after it was served is given to nobody whole', async () => {
  await using home = await TestLibrary.open();
  const bytes = await noisy(800, 800).png().toBuffer();
  const stored: StoredBytes = await home.store(bytes);
  const served = () => taken(home.library.serve(stored));
  expect((await served()).bytes.equals(bytes)).toBe(true);
  expect((await served()).bytes.equals(bytes)).toBe(true);
  const damaged = Buffer.from(bytes);
  damaged.writeUInt8(damaged.readUInt8(99) ^ 1, 99);
  await writeFile(home.pathOf(stored), damaged);
  const { bytes: given, failure } = await served();
  expect(failure).toEqual(DAMAGED);
  expect(given.length).toBeGreaterThan(0);
  expect(given.length).toBeLessThan(bytes.length);
});
