import { tmpdir } from 'node:os';
import { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { beforeEach, expect, test } from 'vitest';
import type { Composite } from '../../../src/images/composites/composite.ts';
import { planExpand } from '../../../src/images/composites/expand/plan-expand.ts';
import type { CompositeRequest } from '../../../src/images/composites/worker/composite-worker.ts';
import { loadSharp } from '../../../src/images/sharp.ts';
import { inThread } from '../../../src/images/worker/in-thread.ts';
import { oneAtATime } from '../../../src/images/worker/one-at-a-time.ts';
import { plain } from '../pictures.ts';

// The thread itself, by the worker of composites.
const plan = planExpand({ width: 40, height: 30 }, { insets: { left: { pixels: 20 } } }, 3999);

async function request(): Promise<CompositeRequest> {
  const bytes = new Uint8Array(await plain(40, 30).png().toBuffer());
  const answer = new Uint8Array(await sharp(bytes).resize(60, 30).jpeg().toBuffer());
  const order = { kind: 'expand', source: { bytes, mimeType: 'image/png' }, answer, plan } as const;
  return { order, folder: tmpdir() };
}

/** Threads that were started so far in this process, this one included. */
async function threads(): Promise<number> {
  const probe = new Worker('', { eval: true });
  const { threadId } = probe;
  await probe.terminate();
  return threadId;
}

let whenIdle: (() => void) | undefined;
beforeEach(() => {
  whenIdle = undefined;
});

/** @param gained memory that each order takes for good, bytes */
function make(gained = 0) {
  let memory = 0;
  const thread = inThread<CompositeRequest, Composite>({
    name: 'composite-worker',
    bytesOf: () => {
      memory += gained;
      return [];
    },
    later: (_, work) => {
      whenIdle = work;
      return () => (whenIdle = undefined);
    },
    memory: () => memory,
  });
  return oneAtATime(thread);
}

/** Number of threads that this many orders start, one after the other. */
async function startedBy(orders: number, carryOut: ReturnType<typeof make>, between = () => {}): Promise<number> {
  const before = await threads();
  for (let made = 0; made < orders; made += 1) {
    expect((await carryOut(await request())).kept).toBe('exact');
    between();
  }
  // The probe itself is one.
  return (await threads()) - before - 1;
}

test('orders that come one after the other are carried out by one thread', { tags: 'long' }, async () => {
  expect(await startedBy(2, make())).toBe(1);
  expect(whenIdle).toBeDefined();
});

test('a thread that waits for long is ended, and the next order starts another', { tags: 'long' }, async () => {
  expect(await startedBy(2, make(), () => whenIdle?.())).toBe(2);
});

test('a thread whose orders have taken much memory is ended at once', { tags: 'long' }, async () => {
  expect(await startedBy(2, make(130e6))).toBe(2);
  expect(whenIdle).toBeUndefined();
});

test('a thread that starts leaves the loaders of the process as they are, so that no decoding beside it fails', async () => {
  const webp = await plain(8, 8).webp().toBuffer();
  const carryOut = make();
  const order = await request();
  await loadSharp();
  sharp.block({ operation: ['VipsForeignLoadWebp'] });
  try {
    await carryOut(order);
    await expect(sharp(webp).raw().toBuffer()).rejects.toThrow(/blocked|unsupported/);
  } finally {
    sharp.unblock({ operation: ['VipsForeignLoadWebp'] });
  }
});
