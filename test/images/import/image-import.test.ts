import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { IMAGE_LIMITS_V3 } from '../../../src/firefly/families/limits.ts';
import { createImageImport } from '../../../src/images/import/image-import.ts';
import { createImageLibrary } from '../../../src/images/library/library.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { MemoryBlobs } from '../../support/doubles/memory-blobs.ts';
import { callerNamed } from '../../support/callers.ts';
import { TestLibrary } from '../../support/rooms/test-library.ts';
import { noisy } from '../pictures.ts';

/** Blobs that count how many contents are read. */
class CountedBlobs extends MemoryBlobs {
  reads = 0;

  override open(...given: Parameters<MemoryBlobs['open']>) {
    this.reads += 1;
    return super.open(...given);
  }
}

const ANNA = callerNamed('anna', 'first');
const limits = IMAGE_LIMITS_V3.upload;

async function importing(home: TestLibrary) {
  const blobs = new CountedBlobs(systemClock);
  const images = createImageLibrary({ db: home.db, blobs, random: systemRandom, logger: silentLogger });
  const ownsUpload = () => Promise.resolve(false);
  const roots = { folders: [home.folder], base: home.folder };
  return { blobs, images, imageImport: createImageImport({ db: home.db, images, account: 'a', roots, ownsUpload }) };
}

test('a local file is written once and not read again, neither for its record nor for its upload copy', async () => {
  await using home = await TestLibrary.open();
  const { blobs, imageImport } = await importing(home);
  await writeFile(join(home.folder, 'photo.jpg'), await noisy(800, 600).jpeg().toBuffer());
  const given = await imageImport.open('photo.jpg', ANNA, 'generated');
  if (given.kind !== 'local') expect.unreachable('no local picture');
  expect(given.image).toMatchObject({ kind: 'import', mimeType: 'image/jpeg', width: 800, height: 600 });
  const { copy } = await imageImport.prepare(given.image, { limits });
  expect(blobs.reads).toBe(0);
  expect(copy.sha256).toBe(given.image.sha256);
  // A later call names it by its handle, and reads it once.
  const later = await imageImport.open(given.image.id, ANNA, 'generated');
  if (later.kind === 'local') await imageImport.prepare(later.image, { limits });
  expect(blobs.reads).toBe(1);
});

test('a copy is noted for the garbage collector before its content can be seen', async () => {
  await using home = await TestLibrary.open();
  const { blobs, imageImport } = await importing(home);
  const seen: number[] = [];
  const { begin } = blobs;
  blobs.begin = async () => {
    const writer = await begin.call(blobs);
    const commit = async (...given: Parameters<typeof writer.commit>) => {
      seen.push((await home.db.all('SELECT content FROM unreferenced_contents')).length);
      return writer.commit(...given);
    };
    return { ...writer, commit };
  };
  await imageImport.store(await noisy(30, 20).png().toBuffer());
  expect(seen).toEqual([1]);
});
