import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GarbageCollector } from '../../src/images/blobs/garbage-collector.ts';
import type { StoredBytes } from '../../src/images/types.ts';
import { StoreAdministration } from '../../src/maintenance/administration.ts';
import type { Caller } from '../../src/shared/caller.ts';
import { DAY_MS } from '../../src/shared/time/durations.ts';
import { aPlan } from '../jobs/batches/a-plan.ts';
import { originalIn } from '../support/rooms/blobs.ts';
import { ALICE, aRequestWith, BOB } from '../support/cluster/test-cluster.ts';
import { createImageImport } from '../../src/images/import/image-import.ts';
import { onePixel } from '../support/doubles/scripted-adobe.ts';
import { openRoomsOnDisk, type RoomsOnDisk } from './rooms-on-disk.ts';

/** What holds for the administration in every dialect. */
export function administrationContract(): void {
  let opened: RoomsOnDisk;
  let admin: StoreAdministration;
  beforeEach(async () => {
    opened = await openRoomsOnDisk();
    const { db, blobs, clock, adobe, rooms } = opened;
    const collector = new GarbageCollector({ db, blobs, clock });
    admin = new StoreAdministration({ db, account: adobe.account, ...rooms, collector });
  });
  afterEach(() => opened.close());

  const begin = async (prompt: string, caller: Caller, pictures: Parameters<typeof aRequestWith>[0] = []) =>
    (await opened.clock.run(opened.rooms.jobs.enqueue(aRequestWith(pictures, prompt), caller))).job;
  /** A job that has ended, with the real time that its files take. */
  const run = async (prompt: string, caller: Caller, pictures: Parameters<typeof aRequestWith>[0] = []) => {
    const { id } = await begin(prompt, caller, pictures);
    for (;;) {
      const now = await opened.clock.run(opened.rooms.jobs.wait(id, caller, { waitMs: 5_000 }));
      if (now.finishedAt !== undefined) return now;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const stored = (shade: number) => {
    const { db, images, folder } = opened;
    const roots = { folders: [], base: folder };
    const settings = { db, images, account: 'scripted', roots, ownsUpload: async () => false };
    return createImageImport(settings).store(onePixel(shade));
  };
  const isThere = (image: StoredBytes) => existsSync(originalIn(join(opened.folder, 'images'), image));
  const rows = async (table: string, principal: string) =>
    (await opened.db.all(`SELECT * FROM ${table} WHERE principal = ?`, [principal])).length;

  describe('spending', () => {
    test('is told by person and day, newest day first, whatever became of the jobs', async () => {
      await run('old', ALICE);
      opened.clock.jump(DAY_MS);
      await run('one', ALICE);
      await run('two', BOB);
      await run('three', BOB);
      await opened.clock.run(admin.forget('bob'));
      const days = await admin.spending({ days: 2 });
      expect(days.map(({ principal, cost }) => [principal, cost.operations, cost.requests])).toEqual([
        ['bob', 2, 2],
        ['alice', 1, 1],
        ['alice', 1, 1],
      ]);
      expect(new Set(days.map(({ day }) => day)).size).toBe(2);
      expect(await admin.spending({ days: 1 })).toHaveLength(2);
    });
  });

  describe('unfinished jobs', () => {
    test('are those of everybody, without their prompts', async () => {
      opened.adobe.durationMs = 3_600_000;
      const running = await begin('a secret', ALICE);
      await opened.clock.pass(5_000);
      await begin('another', BOB);
      const { jobs, people } = await admin.unfinished({ limit: 10 });
      expect(jobs.map(({ id, principal }) => [id, principal])[0]).toEqual([running.id, 'alice']);
      expect(JSON.stringify(jobs)).not.toContain('secret');
      expect(people.map(({ principal }) => principal).toSorted()).toEqual(['alice', 'bob']);
      expect((await admin.unfinished({ limit: 1 })).jobs).toHaveLength(1);
    });

    test('end where an administrator cancels them, jobs and batches, and nothing else does', async () => {
      await opened.clock.run(opened.rooms.engine.stop());
      const job = await begin('a fox', ALICE);
      const other = await begin('an owl', BOB);
      const batch = await opened.rooms.batches.submit(aPlan(['hen', 'cow']), BOB);
      expect(await admin.cancel(job.id)).toEqual({ id: job.id, principal: 'alice', state: 'cancelled' });
      expect(await admin.cancel(batch.id)).toMatchObject({ principal: 'bob', state: 'cancelled' });
      await expect(admin.cancel(job.id)).rejects.toMatchObject({ code: 'job_finished' });
      await expect(admin.cancel('job_00000000000000000000')).rejects.toMatchObject({ code: 'unknown_job' });
      expect((await admin.unfinished({ limit: 10 })).jobs.map(({ id }) => id)).toEqual([other.id]);
    });
  });

  describe('a person who is forgotten', () => {
    test('has nothing left but the record of spending, and everybody else has everything', async () => {
      const copy = await stored(9);
      const [mine, theirs] = [await run('mine', ALICE, [copy]), await run('theirs', BOB)];
      const { id } = await opened.clock.run(opened.rooms.batches.submit(aPlan(['hen']), ALICE));
      await opened.clock.run(opened.rooms.batches.cancel(id, ALICE));
      await opened.clock.pass(60_000);
      opened.clock.jump(2 * 3_600_000);
      const permits = await rows('permits', 'alice');
      expect(permits).toBeGreaterThan(0);
      const planned = await admin.forget('alice', { dryRun: true });
      expect(planned).toMatchObject({ jobs: 2, batches: 1, pictures: 1, uploads: 1, unfinished: 0 });
      expect(await rows('jobs', 'alice')).toBe(2);
      const done = await opened.clock.run(admin.forget('alice'));
      expect(done).toMatchObject({ jobs: 2, batches: 1, pictures: 1, uploads: 1, unfinished: 0 });
      for (const table of ['jobs', 'batches', 'images', 'uploads', 'upload_claims']) {
        expect([table, await rows(table, 'alice')]).toEqual([table, 0]);
      }
      expect(await opened.db.all('SELECT * FROM batch_items')).toEqual([]);
      expect(await opened.db.all('SELECT * FROM content_references')).toEqual([]);
      expect([mine.images.map(isThere), theirs.images.map(isThere)]).toEqual([[false], [true]]);
      expect(await rows('permits', 'alice')).toBe(permits);
      expect([await rows('jobs', 'bob'), await rows('images', 'bob')]).toEqual([1, 1]);
      expect(await admin.forget('alice')).toMatchObject({ jobs: 0, batches: 0, pictures: 0, uploads: 0 });
    });

    test('has unfinished jobs cancelled: those that were not sent are gone at once, others with the next deletion', async () => {
      opened.adobe.durationMs = 3_600_000;
      const running = await begin('running', ALICE);
      const isSent = async () => (await opened.db.all(`SELECT id FROM jobs WHERE state = 'running'`)).length === 1;
      while (!(await isSent())) await opened.clock.pass(1_000);
      await opened.clock.run(opened.rooms.engine.stop());
      await begin('queued', ALICE);
      expect(await admin.forget('alice')).toMatchObject({ jobs: 1, unfinished: 1 });
      const [job] = (await admin.unfinished({ limit: 10 })).jobs;
      expect(job).toMatchObject({ id: running.id, cancelling: true });
    });

    test('takes no content away that somebody else has as well', async () => {
      await run('of Alice', ALICE);
      const [picture] = (await run('of Bob', BOB)).images;
      const { sha256 = '', bytes = 0 } = picture ?? {};
      await opened.db.run(`UPDATE images SET sha256 = ?, bytes = ? WHERE principal = 'alice'`, [sha256, bytes]);
      opened.clock.jump(2 * 3_600_000);
      expect(await opened.clock.run(admin.forget('alice'))).toMatchObject({ pictures: 1, freed: { files: 0 } });
      expect(picture && isThere(picture)).toBe(true);
    });
  });
}
