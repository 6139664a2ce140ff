import { readFile, readdir, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobRef } from '../../../src/images/blobs/blob-store.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { fileBlobs, originalIn } from '../../support/rooms/blobs.ts';
import { MemoryBlobs } from '../../support/doubles/memory-blobs.ts';
import { describeBlobStore } from './blob-store-contract.ts';

const ago = (ms: number) => (Date.now() - ms) / 1000;

describeBlobStore('in a folder', async () => {
  const home = temporaryFolder('blobs-');
  const folder = join(home, 'pictures');
  const pathOf = (blob: BlobRef) => originalIn(folder, blob);
  return {
    store: fileBlobs(folder),
    hasAddresses: true,
    age: (blob, ms) => utimes(pathOf(blob), ago(ms), ago(ms)),
    damage: async (blob, how) => {
      const bytes = await readFile(pathOf(blob));
      bytes.writeUInt8(bytes.readUInt8(100 % bytes.length) ^ 1, 100 % bytes.length);
      await (how === 'cut' ? truncate(pathOf(blob), bytes.length - 1) : writeFile(pathOf(blob), bytes));
    },
    ageLeftovers: async (ms) => {
      const incoming = join(folder, 'incoming');
      for (const name of await readdir(incoming)) await utimes(join(incoming, name), ago(ms), ago(ms));
    },
    [Symbol.asyncDispose]: async () => removeFolder(home),
  };
});

describeBlobStore('in memory', async () => {
  let shift = 0;
  const store = new MemoryBlobs({ ...systemClock, now: () => Date.now() + shift });
  return {
    store,
    hasAddresses: false,
    age: async ({ sha256 }, ms) => {
      const kept = store.contents.get(sha256);
      if (kept) kept.usedAt = Date.now() - ms;
    },
    damage: async ({ sha256 }, how) => {
      const kept = store.contents.get(sha256);
      if (kept === undefined) return;
      const bytes = Buffer.from(kept.bytes);
      bytes.writeUInt8(bytes.readUInt8(100 % bytes.length) ^ 1, 100 % bytes.length);
      store.contents.set(sha256, { ...kept, bytes: how === 'cut' ? bytes.subarray(0, -1) : bytes });
    },
    ageLeftovers: async (ms) => {
      shift = ms;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
});
