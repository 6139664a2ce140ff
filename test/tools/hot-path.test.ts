import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { plain } from '../images/pictures.ts';
import { PAID_ENDPOINTS } from '../../src/firefly/endpoints/registry.ts';
import { invoke } from '../../src/mcp/calls/invoke.ts';
import { noProgress } from '../../src/mcp/calls/progress.ts';
import { generationFields } from '../../src/tools/arguments/fields.ts';
import { LEFT_HALF, withPhoto } from '../catalogue/states/answer-state.ts';
import { asking } from '../support/counting/askers.ts';
import { countedBlobs, type Passage } from '../support/counting/counted-blobs.ts';
import { CountedDatabase, type Query } from '../support/counting/counted-database.ts';
import { TestRooms } from '../support/rooms/test-rooms.ts';

/** Rooms whose store and blob store are counted. */
async function countedRooms() {
  const stores: CountedDatabase[] = [];
  const passages: Passage[] = [];
  const rooms = await TestRooms.open({
    wrapStore: (db) => {
      const store = new CountedDatabase(db);
      stores.push(store);
      return store;
    },
    wrapBlobs: (blobs) => countedBlobs(blobs, passages),
  });
  rooms.adobe.durationMs = 12_000;
  await rooms.services();
  const [store = expect.unreachable()] = stores;
  return { rooms, store, passages };
}

type Counted = Awaited<ReturnType<typeof countedRooms>>;

/** One call through the choke-point, and what it asked and moved by itself, without the engine. */
async function call({ rooms, store, passages }: Counted, name: string, input: object) {
  store.asked.length = 0;
  passages.length = 0;
  const { jobs, batches, images, imageImport, ...services } = await rooms.services();
  const served = {
    ...services,
    jobs: asking('jobs', jobs),
    batches: asking('batches', batches),
    images: asking('images', images),
    imageImport: asking('imageImport', imageImport),
  };
  const serving = { ...rooms.serving(), services: async () => served };
  const invocation = { name, input, caller: rooms.caller, signals: [], progress: noProgress };
  const answer = await rooms.clock.run(invoke(serving, invocation));
  expect(answer.isError).toBe(false);
  const asked = store.asked.filter(({ asker }) => asker !== undefined);
  const byCall = passages.filter(({ asker }) => asker !== undefined);
  const moved = byCall.map(({ asker, way, blob }) => `${way} ${blob.mimeType} by ${asker}`);
  return { answer, asked: asked.map(({ sql }) => sql), ...countsOf(asked), moved };
}

/** The look for changes that all waiting calls of a process share. */
const LOOKS = 'SELECT id, state, cancel, progress, updated_at FROM jobs WHERE account = ? AND id IN';
const READS_JOB = 'SELECT * FROM jobs WHERE id = ? AND account = ? AND principal = ?';

/** Queries by asker; those of a wait by its polls, each of which begins with a read of the job. */
function countsOf(asked: readonly Query[]) {
  const queries: Record<string, number> = {};
  const polls: number[] = [];
  for (const { asker = '', sql } of asked) {
    if (sql.startsWith(LOOKS)) continue;
    if (asker !== 'jobs.wait') queries[asker] = (queries[asker] ?? 0) + 1;
    else if (sql.trim() === READS_JOB) polls.push(1);
    else polls.push((polls.pop() ?? 0) + 1);
  }
  return { queries, polls };
}

/** Counts the runs of a schema, wherever it is a part of another one. */
function runsOf(schema: { readonly _zod: { run: (...given: never[]) => unknown } }) {
  const spy = vi.spyOn(schema._zod, 'run');
  onTestFinished(() => spy.mockRestore());
  return spy.mock.calls;
}

/** Polls of a wait: one query each, and a few more only where a change is reported or the job has ended. */
function expectFewPolls(polls: readonly number[]): void {
  const reporting = polls.filter((queries) => queries > 1);
  expect(Math.max(...reporting)).toBeLessThanOrEqual(8);
  expect(reporting.length).toBeLessThanOrEqual(16);
  // A poll that reports needs four at most, the first one and that of the result more; which polls those are, time decides.
  expect(reporting.reduce((sum, queries) => sum + queries, 0)).toBeLessThanOrEqual(16 * 4 + 2 * 4);
}

describe('one call, counted', () => {
  test('generate_image is parsed once, checked once, and looks for its duplicate once', async () => {
    const counted = await countedRooms();
    await using _rooms = counted.rooms;
    const parses = runsOf(generationFields.confirm);
    const checks = runsOf(PAID_ENDPOINTS.generateImagesV3Async.body);
    const { asked, queries, polls, moved } = await call(counted, 'generate_image', { prompt: 'a fox' });
    expect(parses).toHaveLength(1);
    expect(checks).toHaveLength(1);
    expect(asked.filter((sql) => sql.includes('fingerprint = ?'))).toHaveLength(1);
    // The lock, the duplicate, the length of the queue, the place in it, the job, what the job needs.
    expect(queries).toEqual({ 'jobs.enqueue': 6, 'jobs.markDelivered': 1 });
    expectFewPolls(polls);
    expect(moved).toEqual(['read image/png by images.preview']);
  });

  test('fill_image hashes and stores a local picture once, and its mask once', async () => {
    const counted = await countedRooms();
    await using rooms = counted.rooms;
    const parses = runsOf(generationFields.confirm);
    const checks = runsOf(PAID_ENDPOINTS.fillImagesV3Async.body);
    const input = { image: await withPhoto(rooms), mask_shapes: [LEFT_HALF] };
    const { queries, polls, moved } = await call(counted, 'fill_image', input);
    expect(parses).toHaveLength(1);
    expect(checks).toHaveLength(1);
    expect(queries).toEqual({
      // The lock, an earlier import of these bytes, the record.
      'imageImport.open': 3,
      // The record of the mask, its source.
      'imageImport.keep': 2,
      // An equal mask of this conversation.
      'images.list': 1,
      // That the window of the picture, and that of the mask, may go if this call fails.
      'imageImport.store': 2,
      'jobs.enqueue': 6,
      'jobs.markDelivered': 1,
    });
    expectFewPolls(polls);
    expect(moved).toEqual([
      'put image/jpeg by imageImport.open',
      'put image/png by imageImport.keep',
      'read image/png by images.read',
      'read image/jpeg by images.read',
      'put image/jpeg by imageImport.store',
      'put image/png by imageImport.store',
      'read image/jpeg by images.preview',
    ]);
    // The engine reads what it uploads, and checks it against its hash: a damaged picture is not paid for.
    // For the composite it reads the picture, what Adobe painted, and the mask.
    const reads = counted.passages.filter(({ asker, way }) => asker === undefined && way === 'read');
    const uploads = ['image/jpeg', 'image/png'];
    const ingredients = ['image/jpeg', 'image/png', 'image/png'];
    expect(reads.map(({ blob }) => blob.mimeType)).toEqual([...uploads, ...ingredients]);
  });

  test('fill_image of a whole picture hashes the copy of one that has metadata, and that copy once', async () => {
    const counted = await countedRooms();
    await using rooms = counted.rooms;
    const exif = { IFD0: { Artist: 'Anna' } };
    const image = await rooms.file('signed.jpg', await plain(800, 600).withExif(exif).jpeg().toBuffer());
    const { moved } = await call(counted, 'fill_image', {
      image,
      mask_shapes: [LEFT_HALF],
      whole_picture: true,
      size: '1152x896',
    });
    expect(moved.filter((passage) => !passage.endsWith('images.preview'))).toEqual([
      'put image/jpeg by imageImport.open',
      'put image/png by imageImport.keep',
      'put image/jpeg by imageImport.prepare',
    ]);
    expect(rooms.uploaded.some(({ bytes }) => Buffer.from(bytes).includes('Anna'))).toBe(false);
  });

  test('job_status asks once whether there is such a job, and makes four queries to show it', async () => {
    const counted = await countedRooms();
    await using _rooms = counted.rooms;
    const { answer } = await call(counted, 'generate_image', { prompt: 'a fox' });
    const { queries, polls } = await call(counted, 'job_status', { job: answer.structured?.['job'] });
    // The job, the time, its pictures, its cost.
    expect({ queries, polls }).toEqual({ queries: { 'jobs.find': 1 }, polls: [4] });
  });

  test('the overview asks as much about two jobs with pictures as about one', async () => {
    const counted = await countedRooms();
    await using _rooms = counted.rooms;
    const { queries: none } = await call(counted, 'job_status', {});
    await call(counted, 'generate_image', { prompt: 'a fox' });
    const { queries: one } = await call(counted, 'job_status', {});
    await call(counted, 'generate_image', { prompt: 'a hare' });
    const { queries: two } = await call(counted, 'job_status', {});
    // In words in docs/architecture.md#in-numbers.
    expect(none).toEqual({ 'jobs.overview': 9, 'batches.list': 1, 'jobs.usage': 3 });
    expect([one, two]).toEqual([1, 2].map(() => ({ ...none, 'jobs.overview': 11 })));
  });

  test('a second overview asks nothing while nothing is committed, and a commit or a tenth of a second ends that', async () => {
    const counted = await countedRooms();
    await using rooms = counted.rooms;
    await call(counted, 'generate_image', { prompt: 'a fox' });
    const first = await call(counted, 'job_status', {});
    const second = await call(counted, 'job_status', {});
    expect([first.queries['jobs.overview'], second.queries['jobs.overview']]).toEqual([11, undefined]);
    expect(second.answer.structured).toEqual(first.answer.structured);
    await call(counted, 'generate_image', { prompt: 'a hare', wait_seconds: 0 });
    const third = await call(counted, 'job_status', {});
    expect(third.answer.structured).toMatchObject({ jobs: [{ prompt: 'a hare' }, { prompt: 'a fox' }] });
    await rooms.clock.run(rooms.clock.sleep(60_000));
    await call(counted, 'job_status', {});
    await rooms.clock.run(rooms.clock.sleep(100));
    expect((await call(counted, 'job_status', {})).queries['jobs.overview']).toBeGreaterThan(0);
  });
});
