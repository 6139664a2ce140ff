import { expect, test } from 'vitest';
import { ALICE } from '../../../support/cluster/test-cluster.ts';
import { ServiceRooms } from './brand-kit.ts';

const SUBMIT = 'POST /brands/v1/tasks';
const STATE = 'GET /brands/v1/tasks/t1/state';
const STOP = 'POST /brands/v1/tasks/t1/stop';
const MINUTE = 60_000;

/** Opens the rooms, runs the test, and holds what is true of every job: only the service gets a token. */
async function withService(
  run: (rooms: ServiceRooms) => Promise<void>,
  options: Parameters<typeof ServiceRooms.open>[0] = {},
): Promise<void> {
  await using rooms = await ServiceRooms.open(options);
  await run(rooms);
  expect(rooms.api.seen).toEqual([]);
  expect(rooms.foreign.seen.filter(({ hasToken }) => hasToken)).toEqual([]);
}

test('a job of another service is sent, polled and saved by its declaration alone', () =>
  withService(async (rooms) => {
    rooms.task({ task: { name: 't1' } }, { state: 'BUSY', percent: 40 }, { state: 'BUSY' }, rooms.done);
    const job = await rooms.waitFor(await rooms.enqueue());
    expect(job).toMatchObject({ state: 'succeeded', problem: undefined, progress: 100 });
    expect(job.images).toHaveLength(1);
    expect(rooms.withToken).toEqual([SUBMIT, STATE, STATE, STATE]);
    expect(rooms.service.seen[0]?.headers).toMatchObject({ 'x-brand-style': 'bold' });
    expect(rooms.service.seen.at(-1)).toMatchObject({ request: 'GET /files/1.png', hasToken: false });
  }));

test('a refusal by a code of the service has the advice of its declaration, at the submit', () =>
  withService(async (rooms) => {
    rooms.service.answers[SUBMIT] = [[422, { error_code: 'BRAND_17' }]];
    const job = await rooms.waitFor(await rooms.enqueue());
    expect(job).toMatchObject({
      state: 'failed',
      problem: { code: 'content_policy', actor: 'caller', next: 'Choose another motif.' },
    });
  }));

test('a refusal by a code of the service has the advice of its declaration, after the submit', () =>
  withService(async (rooms) => {
    rooms.task({ task: { name: 't1' } }, { state: 'BROKEN', why: 'BRAND_17' });
    const job = await rooms.waitFor(await rooms.enqueue());
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'content_policy', next: 'Choose another motif.' } });
  }));

test.each(['foreign', 'api'] as const)('a status link to another origin (%s) is built anew from the job id', (other) =>
  withService(async (rooms) => {
    rooms.task({ task: { name: 't1', at: `${rooms[other].origin}/brands/v1/tasks/t1/state` } }, rooms.done);
    const job = await rooms.waitFor(await rooms.enqueue());
    expect(job).toMatchObject({ state: 'succeeded' });
    expect(rooms.withToken).toEqual([SUBMIT, STATE]);
    expect(rooms.foreign.seen).toEqual([]);
  }),
);

test(
  'a status link to a foreign origin holds the job where the id makes no safe link, until the deadline',
  { tags: 'long' },
  () =>
    withService(async (rooms) => {
      rooms.task({ task: { name: '../t1', at: `${rooms.foreign.origin}/state` } });
      const queued = await rooms.enqueue();
      expect(await rooms.waitFor(queued, 60_000)).toMatchObject({
        state: 'accepted',
        problem: { code: 'untrusted_link' },
      });
      const job = await rooms.waitFor(queued, 2 * 3_600_000);
      expect(job).toMatchObject({ state: 'failed', problem: { code: 'untrusted_link' } });
      expect(rooms.foreign.seen).toEqual([]);
    }),
);

test('a result on a foreign origin of this machine is not fetched', () =>
  withService(async (rooms) => {
    const files = [{ href: `${rooms.foreign.origin}/files/1.png` }];
    rooms.task({ task: { name: 't1' } }, { state: 'DONE', files });
    const job = await rooms.waitFor(await rooms.enqueue(), MINUTE);
    expect(job).toMatchObject({ state: 'saving', problem: { code: 'download_refused' } });
    expect(rooms.foreign.seen).toEqual([]);
  }));

test('a cancel follows from the status link by the routes of the service', () =>
  withService(async (rooms) => {
    const at = `${rooms.service.origin}/brands/v1/tasks/t1/state?of=alice`;
    rooms.task({ task: { name: 'unknown', at } });
    rooms.service.answers[`${STATE}?of=alice`] = [[200, { state: 'BUSY' }]];
    rooms.service.answers[`${STOP}?of=alice`] = [[200, { status: 'cancelled' }]];
    const job = await rooms.enqueue();
    await rooms.waitFor(job, 5_000);
    const { clock, jobs } = rooms;
    await clock.run(jobs.cancel(job.id, ALICE));
    await rooms.waitFor(job, 5_000);
    expect(rooms.withToken).toContain(`${STOP}?of=alice`);
  }));

test('a cancel sends nothing where the service has no route for it, and the job goes on', () =>
  withService(
    async (rooms) => {
      rooms.task({ task: { name: 't1' } }, ...Array.from({ length: 4 }, () => ({ state: 'BUSY' })), rooms.done);
      const job = await rooms.enqueue();
      await rooms.waitFor(job, 2_000);
      await rooms.clock.run(rooms.jobs.cancel(job.id, ALICE));
      expect(await rooms.waitFor(job)).toMatchObject({ state: 'succeeded' });
      expect(new Set(rooms.withToken)).toEqual(new Set([SUBMIT, STATE]));
    },
    { change: (operation) => ({ ...operation, service: { ...operation.service, cancel: undefined } }) },
  ));

test('a job that does not end is given up after the waiting time of its operation', { tags: 'long' }, () =>
  withService(async (rooms) => {
    rooms.task({ task: { name: 't1' } }, { state: 'BUSY' });
    const job = await rooms.enqueue();
    expect(await rooms.waitFor(job, 24 * MINUTE)).toMatchObject({ state: 'running' });
    expect(await rooms.waitFor(job, 2 * MINUTE)).toMatchObject({ state: 'failed', problem: { code: 'timeout' } });
  }),
);

test('a result over the limit of its operation is not kept', { tags: 'long' }, () =>
  withService(async (rooms) => {
    rooms.task({ task: { name: 't1' } }, rooms.done);
    rooms.service.answers['GET /files/1.png'] = [[200, Buffer.alloc(1_001)]];
    const job = await rooms.waitFor(await rooms.enqueue());
    expect(job).toMatchObject({ state: 'expired', problem: { code: 'result_too_large' } });
  }),
);

test('nothing is sent to a service that is not trusted, while the API is not Adobe’s own', () =>
  withService(
    async (rooms) => {
      const job = await rooms.waitFor(await rooms.enqueue());
      expect(job).toMatchObject({
        state: 'failed',
        problem: { code: 'untrusted_link' },
        cost: { operations: 0, requests: 0 },
      });
      expect(rooms.service.seen).toEqual([]);
    },
    { isTrusted: false },
  ));

test('a body or a model that the declaration does not have is not sent', () =>
  withService(
    async (rooms) => {
      const job = await rooms.waitFor(await rooms.enqueue());
      expect(job).toMatchObject({ state: 'failed', problem: { code: 'internal_error' } });
      expect(job.problem?.message).toContain('model');
      expect(rooms.service.seen).toEqual([]);
    },
    { change: (operation) => ({ ...operation, model: undefined }) },
  ));
