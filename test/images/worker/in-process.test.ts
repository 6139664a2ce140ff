import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Composite } from '../../../src/images/composites/composite.ts';
import { planExpand } from '../../../src/images/composites/expand/plan-expand.ts';
import { makeComposite } from '../../../src/images/composites/make-composite.ts';
import type { CompositeRequest } from '../../../src/images/composites/worker/composite-worker.ts';
import { CannotStart } from '../../../src/images/worker/carrier.ts';
import { inProcess, programOf } from '../../../src/images/worker/in-process.ts';
import { Problem, toProblemRecord } from '../../../src/shared/errors.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { lacks } from '../../support/lacking.ts';
import { groupOf, haltedProcess, isThere, TELLS_PROCESSES } from '../../support/program/worker-processes.ts';
import { noisy } from '../pictures.ts';

// A process by itself, by the worker of composites: some seconds of work where a test does something meanwhile.
const SMALL = { width: 300, height: 200 };
const LARGE = { width: 4_000, height: 2_500 };

let folder: string;
let large: Uint8Array;
beforeAll(async () => void (large = new Uint8Array(await noisy(LARGE.width, LARGE.height).png().toBuffer())));
beforeEach(() => void (folder = temporaryFolder('processes-')));
afterEach(() => removeFolder(folder));

/** A new order each time, since its bytes are handed over. */
async function request({ width, height } = SMALL): Promise<CompositeRequest> {
  const isLarge = width === LARGE.width;
  const bytes = isLarge ? large.slice() : new Uint8Array(await noisy(width, height).png().toBuffer());
  const plan = planExpand({ width, height }, { insets: { left: { pixels: 40 } } }, 3999);
  const answer = new Uint8Array(
    await sharp({ create: { ...plan.painted, channels: 3, background: '#777' } })
      .jpeg()
      .toBuffer(),
  );
  return { order: { kind: 'expand', source: { bytes, mimeType: 'image/png' }, answer, plan }, folder };
}

const processes = (program?: { readonly program: string | undefined }) =>
  inProcess<CompositeRequest, Composite>({
    name: 'composite-worker',
    bytesOf: ({ order }) => [order.source.bytes, order.answer],
    folder,
    ...program,
  });

const here = ({ order }: CompositeRequest) => makeComposite(order, { folder, check: () => {} });

/** Waits until the process of an order has its order. */
async function begun({ order }: CompositeRequest): Promise<void> {
  await expect.poll(() => order.answer.length, { interval: 1 }).toBe(0);
}

test('a composite of a process is that of this thread, its bytes are handed over, and nothing stays', async () => {
  const given = await request();
  const made = await processes().carryOut(given, undefined);
  const expected = await here(await request());
  expect(Buffer.compare(made.bytes, expected.bytes)).toBe(0);
  expect({ ...made, bytes: 0 }).toEqual({ ...expected, bytes: 0 });
  expect(given.order.answer).toHaveLength(0);
  expect(readdirSync(folder)).toEqual([]);
});

test('a problem is told as in this thread, and the next order is carried out', { tags: 'long' }, async () => {
  const broken = async () => {
    const { order } = await request();
    return { order: { ...order, source: { ...order.source, bytes: new Uint8Array(50) } }, folder };
  };
  const { carryOut } = processes();
  const there: unknown = await carryOut(await broken(), undefined).catch((error: unknown) => error);
  const expected: unknown = await here(await broken()).catch((error: unknown) => error);
  expect(there).toBeInstanceOf(Problem);
  expect(toProblemRecord(there)).toEqual(toProblemRecord(expected));
  expect((await carryOut(await request(), undefined)).kept).toBe('exact');
});

test('an order that is given up before its turn starts nothing', async () => {
  const aborted = AbortSignal.abort(new Error('never'));
  const given = await request();
  await expect(processes().carryOut(given, aborted)).rejects.toThrow('never');
  expect(given.order.answer.length).toBeGreaterThan(0);
});

test.each([
  ['is not there', '/nowhere/node'],
  ['is a host that would open a window', undefined],
  ['is none', path.resolve('package.json')],
  ['ends by itself', '/bin/false'],
])('where the program %s, the order stays whole for the thread, and nothing stays', async (_, program) => {
  const given = await request();
  await expect(processes({ program }).carryOut(given, undefined)).rejects.toBeInstanceOf(CannotStart);
  expect((await here(given)).kept).toBe('exact');
  expect(readdirSync(folder)).toEqual([]);
});

test('where no file can be written, the order stays whole for the thread', async () => {
  const given = await request();
  const nowhere = inProcess<CompositeRequest, Composite>({
    name: 'composite-worker',
    bytesOf: ({ order }) => [order.source.bytes, order.answer],
    folder: path.join(folder, 'nowhere'),
  });
  await expect(nowhere.carryOut(given, undefined)).rejects.toBeInstanceOf(CannotStart);
  expect((await here(given)).kept).toBe('exact');
});

test('the program of a process is this one, but never a desktop host that runs it', () => {
  const versions = { ...process.versions };
  expect(programOf({ execPath: '/usr/bin/node', versions })).toBe('/usr/bin/node');
  expect(programOf({ execPath: '/opt/host/host', versions: { ...versions, electron: '38.1.0' } })).toBeUndefined();
});

if (!TELLS_PROCESSES) lacks('a system that tells of processes in /proc, such as Linux');

describe.skipIf(!TELLS_PROCESSES)('a process at work', { tags: 'long' }, () => {
  test('is given nothing of this one but the channel: no environment, no flags, no output', async () => {
    const made = processes().carryOut(await request(LARGE), undefined);
    const pid = await haltedProcess(process.pid);
    const told = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').filter(Boolean);
    const names = told('environ').map((line) => line.split('=')[0]);
    expect(names.toSorted()).toEqual([
      'MALLOC_ARENA_MAX',
      'MALLOC_MMAP_THRESHOLD_',
      'MALLOC_TRIM_THRESHOLD_',
      'NODE_CHANNEL_FD',
      'NODE_CHANNEL_SERIALIZATION_MODE',
    ]);
    expect(told('cmdline').slice(1)).toEqual([
      '--max-old-space-size=256',
      expect.stringMatching(/composite-worker\.js$/),
      expect.stringContaining(path.join(folder, 'firefly-order-')),
    ]);
    expect([0, 1, 2].map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))).toEqual(Array(3).fill('/dev/null'));
    process.kill(pid, 'SIGCONT');
    expect((await made).kept).toBe('exact');
    expect(isThere(pid)).toBe(false);
  });

  test('that is given up ends at once, even halted, and leaves nothing; the next order is carried out', async () => {
    const { carryOut } = processes();
    const unwanted = new AbortController();
    const given = await request(LARGE);
    const made = expect(carryOut(given, unwanted.signal)).rejects.toThrow('not this one');
    await begun(given);
    const pid = await haltedProcess(process.pid);
    unwanted.abort(new Error('not this one'));
    await made;
    expect(isThere(pid)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
    expect((await carryOut(await request(), undefined)).kept).toBe('exact');
  });

  test('is ended with this program, and nothing of it stays', async () => {
    const { carryOut, end } = processes();
    const made = expect(carryOut(await request(LARGE), undefined)).rejects.toThrow('ending');
    const pid = await haltedProcess(process.pid);
    await end();
    expect(isThere(pid)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
    await made;
  });

  test('that is killed is a problem which says so; nothing stays, and the next order is carried out', async () => {
    const { carryOut } = processes();
    const given = await request(LARGE);
    const made = expect(carryOut(given, undefined)).rejects.toMatchObject({
      name: 'Problem',
      code: 'internal_error',
      message: 'The process that makes it ended early (SIGKILL), as happens where memory is short.',
    });
    await begun(given);
    process.kill(await haltedProcess(process.pid), 'SIGKILL');
    await made;
    expect(readdirSync(folder)).toEqual([]);
    expect((await carryOut(await request(), undefined)).kept).toBe('exact');
  });

  test('goes on at the signals of a terminal and of a service manager, whose group it is not in', async () => {
    const given = await request(LARGE);
    const made = processes().carryOut(given, undefined);
    await begun(given);
    const pid = await haltedProcess(process.pid);
    expect(groupOf(pid)).not.toBe(groupOf(process.pid));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal);
    process.kill(pid, 'SIGCONT');
    expect((await made).kept).toBe('exact');
  });
});
