import { join } from 'node:path';
import { createImageLibrary, imageMigrations } from '../../src/images/library/library.ts';
import { createJobs, jobMigrations, type JobRooms } from '../../src/jobs/index.ts';
import type { ImageLibrary } from '../../src/images/types.ts';
import type { BlobStore } from '../../src/images/blobs/blob-store.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { systemRandom } from '../../src/shared/random.ts';
import { systemClock } from '../../src/shared/time/clock.ts';
import type { Database } from '../../src/store/database.ts';
import { openStore } from '../../src/store/open.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';
import { fileBlobs } from '../support/rooms/blobs.ts';
import { SimulatedClock } from '../support/clocks/simulated-clock.ts';
import { inTimeOf } from '../support/cluster/test-cluster.ts';
import { compositesHere } from '../support/composites.ts';
import { ScriptedAdobe } from '../support/doubles/scripted-adobe.ts';
import { newPlace } from '../support/places.ts';

const common = { random: systemRandom, logger: silentLogger };

/** The job rooms on a real store and real files, with a scripted Adobe and simulated time. */
export interface RoomsOnDisk {
  readonly folder: string;
  readonly clock: SimulatedClock;
  readonly adobe: ScriptedAdobe;
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly images: ImageLibrary;
  readonly rooms: JobRooms;
  close(): Promise<void>;
}

/** Opens them in a new place, with a running engine. */
export async function openRoomsOnDisk(): Promise<RoomsOnDisk> {
  const folder = temporaryFolder('rooms-');
  // File times are the machine's own.
  const clock = new SimulatedClock({ start: Date.now() });
  const adobe = new ScriptedAdobe(clock);
  const place = await newPlace();
  const facts = { ...place.address, migrations: [imageMigrations, jobMigrations], ...common };
  const db =
    place.address.url === undefined
      ? await openStore({ ...facts, clock })
      : inTimeOf(clock, await openStore({ ...facts, clock: systemClock }));
  const blobs = fileBlobs(join(folder, 'images'), clock);
  const images = createImageLibrary({ db, blobs, ...common });
  const quota = { perMinute: 60, perDay: 9000 };
  const rooms = createJobs({ composites: compositesHere, db, firefly: adobe, images, quota, clock, ...common });
  rooms.engine.start();
  const close = async () => {
    await clock.run(rooms.engine.stop());
    await db.close();
    await place.remove();
    removeFolder(folder);
  };
  return { folder, clock, adobe, db, blobs, images, rooms, close };
}
