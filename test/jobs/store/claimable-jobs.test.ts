import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { imageMigrations } from '../../../src/images/library/schema.ts';
import { jobMigrations } from '../../../src/jobs/index.ts';
import { COLUMNS, toParams, type JobRow } from '../../../src/jobs/model/job-row.ts';
import { isFinal, JOB_STATES } from '../../../src/jobs/model/states.ts';
import { findWork, isDriven, type Capacity, type Work } from '../../../src/jobs/store/claimable-jobs.ts';
import { listBegunJobs } from '../../../src/jobs/store/job-lists.ts';
import { isFree, SeenLeases } from '../../../src/jobs/store/lease.ts';
import { placeholders } from '../../../src/jobs/store/sql.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import type { Database } from '../../../src/store/database.ts';
import { openStore } from '../../../src/store/open.ts';
import { newPlace, type Place } from '../../support/places.ts';
import { aJob } from '../a-job.ts';

const NOW = 10_000_000;
const owner = { id: 'own', isDead: (id: string) => id === 'dead' };
const INSERT = `INSERT INTO jobs (${COLUMNS.join(', ')}) VALUES ${placeholders(COLUMNS)}`;

let place: Place;
let opened: Database;
/** The store at one moment, whose rows are counted as they are read. */
let db: Database;
let read = 0;
beforeEach(async () => {
  place = await newPlace();
  const common = { clock: systemClock, random: systemRandom, logger: silentLogger };
  opened = await openStore({ ...place.address, ...common, migrations: [imageMigrations, jobMigrations] });
  read = 0;
  const all: Database['all'] = async (sql, params) => {
    const rows = await opened.all(sql, params);
    read += rows.length;
    return rows;
  };
  db = { ...opened, all, version: () => opened.version(), now: async () => NOW };
});
afterEach(async () => {
  await opened.close();
  await place.remove();
});

const store = (jobs: readonly JobRow[]) =>
  opened.transaction(async (tx) => {
    for (const job of jobs) await tx.run(INSERT, toParams(job));
  });

/** Jobs of every state, as processes leave them: held by this one, another one or a dead one, or by none. */
const someJobs = fc.array(
  fc.record({
    state: fc.constantFrom(...JOB_STATES),
    leaseOwner: fc.constantFrom('own', 'other', 'dead', undefined),
    // Lapsed, lapsed longer than a submit waits, and live.
    leaseUntil: fc.constantFrom(NOW - 1, NOW - 200_000, NOW + 5_000),
    runnableAt: fc.constantFrom(0, NOW, NOW + 1),
    cancel: fc.constantFrom('none', 'requested'),
    priority: fc.constantFrom(0, 1),
    turn: fc.nat(3),
    operation: fc.constantFrom('generateImagesV3Async', 'paintVideosV9Async'),
  }),
  { maxLength: 40 },
);

type Given = typeof someJobs extends fc.Arbitrary<infer T> ? T : never;

function toRows(given: Given, account: string): readonly JobRow[] {
  return given.map(({ operation, leaseOwner, leaseUntil, ...facts }, n) => {
    const isHeld = leaseOwner !== undefined && facts.state !== 'queued' && !isFinal(facts.state);
    return aJob({
      ...facts,
      // Only a later version writes some of them.
      operation: operation as JobRow['operation'],
      leaseOwner: isHeld ? leaseOwner : undefined,
      leaseUntil: isHeld ? leaseUntil : 0,
      finishedAt: isFinal(facts.state) ? NOW : undefined,
      id: `${account}_${n}`,
      account,
      createdAt: n,
    });
  });
}

/** What there is to do, found by looking at every row. */
function workAmong(rows: readonly JobRow[], { more, interactive, batch }: Capacity): Work {
  const order = (a: JobRow, b: JobRow) => a.priority - b.priority || a.turn - b.turn || a.createdAt - b.createdAt;
  const known = rows.filter(({ operation, state }) => operation === 'generateImagesV3Async' && !isFinal(state));
  const begun = known.filter(({ state }) => state !== 'queued').toSorted(order);
  // A submit is taken over from a dead process at once, from another one only after a second look.
  const isFirstLook = ({ state, leaseOwner }: JobRow) =>
    state === 'submitting' && leaseOwner !== undefined && leaseOwner !== 'dead';
  const left = begun.filter(
    (job) => isFree(job, owner, NOW) && !isFirstLook(job) && (job.leaseOwner !== undefined || job.runnableAt <= NOW),
  );
  const heads = [interactive, batch].flatMap((limit, priority) => {
    const waits = (job: JobRow) =>
      (job.state === 'queued' && job.runnableAt <= NOW) || (job.state === 'preparing' && job.leaseOwner === 'own');
    const waiting = known.filter((job) => job.priority === priority && waits(job)).toSorted(order);
    return waiting.slice(0, limit).filter(({ state }) => state === 'queued');
  });
  return {
    claimable: [...left.slice(0, more), ...heads.slice(0, more)].map(({ id }) => id),
    toCancel: begun.filter((job) => job.leaseOwner === 'own' && job.cancel === 'requested').map(({ id }) => id),
  };
}

describe('a look for work', () => {
  test('finds what a look at every row would find', async () => {
    let account = 0;
    const capacities = fc.record({ more: fc.nat(12), interactive: fc.nat(4), batch: fc.nat(4) });
    await fc.assert(
      fc.asyncProperty(someJobs, capacities, async (given, capacity) => {
        account += 1;
        const rows = toRows(given, `account${account}`);
        await store(rows);
        const seen = new SeenLeases(systemClock, owner);
        const found = await findWork(db, { account: `account${account}`, owner, seen, capacity });
        expect(found).toEqual(workAmong(rows, capacity));
        const holders = rows.filter(({ leaseUntil, leaseOwner }) => leaseUntil > NOW && leaseOwner !== 'dead');
        expect(await isDriven(db, { account: `account${account}`, owner })).toBe(holders.length > 0);
      }),
      { numRuns: 60 },
    );
  });

  test('reads a few of a thousand begun jobs, as does a list of them', async () => {
    const begun = { state: 'running', leaseUntil: 0 } as const;
    await store(Array.from({ length: 1_000 }, (_, n) => aJob({ ...begun, id: `job_${n}`, createdAt: n, turn: n })));
    await store([aJob({ ...begun, id: 'held', createdAt: 1_000, leaseOwner: 'own', leaseUntil: NOW + 1 })]);
    const seen = new SeenLeases(systemClock, owner);
    const look = (more: number) =>
      findWork(db, { account: 'account', owner, seen, capacity: { more, interactive: 8, batch: 4 } });
    expect((await look(3)).claimable).toEqual(['job_0', 'job_1', 'job_2']);
    expect(read).toBe(4);
    expect((await look(0)).claimable).toEqual([]);
    expect(read).toBe(5);
    const listed = await listBegunJobs(db, { account: 'account', principal: 'local', limit: 2 });
    expect(listed.map(({ id }) => id)).toEqual(['held', 'job_999']);
    expect(read).toBe(7);
  });
});
