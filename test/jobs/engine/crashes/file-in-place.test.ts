import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileBlobs } from '../../../support/rooms/blobs.ts';
import { createImageLibrary, imageMigrations } from '../../../../src/images/library/library.ts';
import { createJobs, jobMigrations } from '../../../../src/jobs/index.ts';
import type { KillPoint } from '../../../../src/jobs/engine/engine-context.ts';
import { silentLogger } from '../../../../src/shared/logger.ts';
import { systemRandom } from '../../../../src/shared/random.ts';
import type { Database } from '../../../../src/store/database.ts';
import { openStore } from '../../../../src/store/open.ts';
import { removeFolder, temporaryFolder } from '../../../support/artefacts.ts';
import { SimulatedClock } from '../../../support/clocks/simulated-clock.ts';
import { ALICE, aRequest, NEVER } from '../../../support/cluster/test-cluster.ts';
import { ScriptedAdobe } from '../../../support/doubles/scripted-adobe.ts';
import { compositesHere } from '../../../support/composites.ts';

/** Real files and a real store; only Adobe and time are scripted. */
const common = { random: systemRandom, logger: silentLogger };
let folder: string;
let clock: SimulatedClock;
let adobe: ScriptedAdobe;
let db: Database;
beforeEach(async () => {
  folder = temporaryFolder('in-place-');
  clock = new SimulatedClock({ start: Date.now() });
  adobe = new ScriptedAdobe(clock);
  const migrations = [imageMigrations, jobMigrations];
  db = await openStore({ path: join(folder, 'store.sqlite'), migrations, clock, ...common });
});
afterEach(async () => {
  await db.close();
  removeFolder(folder);
});

function files(part: string): readonly string[] {
  const path = join(folder, 'images', part);
  const names = existsSync(path) ? readdirSync(path, { recursive: true, encoding: 'utf8' }) : [];
  return names.filter((name) => name.includes('.'));
}

/** A process that is killed at this point: none of its calls to the store returns after that. */
function start(pid: number, death?: KillPoint) {
  let die: () => void = () => undefined;
  const died = new Promise<void>((resolve) => (die = resolve));
  let isDead = false;
  const mortal = new Proxy(db, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => (isDead ? NEVER : (Reflect.apply(member, target, given) as unknown));
    },
  });
  const images = createImageLibrary({ db: mortal, blobs: fileBlobs(join(folder, 'images'), clock), ...common });
  const rooms = createJobs({
    composites: compositesHere,
    ...common,
    db: mortal,
    clock,
    images,
    firefly: adobe,
    quota: { perMinute: 60, perDay: 9000 },
    processTable: { host: 'test', pid, isAlive: (other) => other === pid },
    failpoint: async (point) => {
      if (point !== death) return;
      isDead = true;
      die();
      await NEVER;
    },
  });
  rooms.engine.start();
  return { ...rooms, images, died };
}

test.each([
  ['K12: killed during the download', 'downloaded', 0, 1],
  ['K13: killed with the file in place, but no row', 'file-in-place', 1, 0],
] as const)('%s: the next process adds the row, and there is one file', async (_name, point, originals, incoming) => {
  const victim = start(1, point);
  void victim.jobs.enqueue(aRequest('precious'), ALICE);
  await clock.run(victim.died);
  expect(await db.all('SELECT id FROM images')).toEqual([]);
  expect([files('originals').length, files('incoming').length]).toEqual([originals, incoming]);
  // The scripted storage serves equal bytes again.
  adobe.downloads = 0;
  const next = start(2);
  const [job] = await clock.run(next.jobs.list({ limit: 1 }, ALICE));
  const done = await clock.run(next.jobs.wait(job?.id ?? '', ALICE, { waitMs: 20 * 60_000 }));
  expect(done).toMatchObject({ state: 'succeeded', images: [{ index: 1 }] });
  expect(await db.all('SELECT job, place FROM images')).toEqual([{ job: job?.id, place: 1 }]);
  expect(files('originals')).toHaveLength(1);
  const [image] = done.images;
  if (image) expect(await next.images.read(image)).toHaveLength(image.bytes);
  expect(adobe.submits).toHaveLength(1);
  clock.jump(2 * 3_600_000);
  await next.images.sweep();
  expect(files('incoming')).toEqual([]);
  await clock.run(next.engine.stop());
});
