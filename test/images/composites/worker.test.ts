import { tmpdir } from 'node:os';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { CompositeOrder } from '../../../src/images/composites/composite.ts';
import { makeComposite } from '../../../src/images/composites/make-composite.ts';
import { planExpand } from '../../../src/images/composites/expand/plan-expand.ts';
import { compositeWorker } from '../../../src/images/composites/worker/composite-worker.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { drawn, encoder } from './scenes.ts';

const plan = planExpand({ width: 120, height: 80 }, { insets: { left: { pixels: 40 } } }, 3999);

/** A new order each time, since its bytes are handed over. */
async function order(): Promise<CompositeOrder> {
  const bytes = new Uint8Array(
    await encoder(drawn('graded', 120, 80))
      .png()
      .toBuffer(),
  );
  const grey = { create: { width: 160, height: 80, channels: 3, background: '#777' } } as const;
  const answer = new Uint8Array(await sharp(grey).jpeg().toBuffer());
  return { kind: 'expand', source: { bytes, mimeType: 'image/png' }, answer, plan };
}

test('a composite of the worker is that of this thread, and the bytes of its order are handed over', async () => {
  const worker = compositeWorker({ folder: tmpdir(), logger: silentLogger });
  const here = await makeComposite(await order(), { folder: tmpdir(), check: () => {} });
  const given = await order();
  const there = await worker.make(given);
  expect(Buffer.compare(there.bytes, here.bytes)).toBe(0);
  expect({ ...there, bytes: 0 }).toEqual({ ...here, bytes: 0 });
  expect(given.answer).toHaveLength(0);
});

test('composites are made one after the other, and a failed one is no obstacle to the next', async () => {
  const worker = compositeWorker({ folder: tmpdir(), logger: silentLogger });
  const ended: string[] = [];
  const broken = { ...(await order()), source: { bytes: new Uint8Array(50), mimeType: 'image/png' } } as const;
  const first = worker.make(await order()).then(() => ended.push('first'));
  const second = expect(worker.make(broken)).rejects.toMatchObject({ name: 'Problem', code: 'undecodable_picture' });
  const third = worker.make(await order()).then(() => ended.push('third'));
  await Promise.all([first, second.then(() => ended.push('second')), third]);
  expect(ended).toEqual(['first', 'second', 'third']);
});

test('an order is given up at once when it is no longer wanted, waiting or under way, and the next one is made', async () => {
  const worker = compositeWorker({ folder: tmpdir(), logger: silentLogger });
  const [underWay, waiting] = [new AbortController(), new AbortController()];
  const first = expect(worker.make(await order(), underWay.signal)).rejects.toThrow('not this one');
  const second = expect(worker.make(await order(), waiting.signal)).rejects.toThrow('nor this');
  const third = worker.make(await order());
  await new Promise(setImmediate);
  underWay.abort(new Error('not this one'));
  waiting.abort(new Error('nor this'));
  await Promise.all([first, second]);
  expect((await third).kept).toBe('exact');
  await expect(worker.make(await order(), AbortSignal.abort(new Error('never')))).rejects.toThrow('never');
});

test('a defect in the worker is an error here, and the next order starts anew', { tags: 'long' }, async () => {
  const worker = compositeWorker({ folder: tmpdir(), logger: silentLogger });
  const { source, answer } = await order();
  const placed = { left: 0, top: 0, right: 0, bottom: 0 };
  const impossible: CompositeOrder = { kind: 'expand', source, answer, plan: { ...plan, placed } };
  await expect(worker.make(impossible)).rejects.toThrow();
  expect((await worker.make(await order())).kept).toBe('exact');
});

test(
  'a very large picture whose process cannot start is made by the thread, and that is told once',
  { tags: 'long' },
  async () => {
    const size = { width: 6_400, height: 4_000 };
    const large = { ...size, channels: 3, background: '#468' } as const;
    const source = await sharp({ create: large }).png({ compressionLevel: 1 }).toBuffer();
    const expansion = planExpand(size, { insets: { left: { pixels: 40 } } }, 3999);
    const around = { ...expansion.painted, channels: 3, background: '#777' } as const;
    const answer = await sharp({ create: around }).jpeg().toBuffer();
    const ofIt = (): CompositeOrder => ({
      kind: 'expand',
      source: { bytes: new Uint8Array(source), mimeType: 'image/png' },
      answer: new Uint8Array(answer),
      plan: expansion,
    });
    const told: unknown[] = [];
    const logger = { warn: (...line: unknown[]) => void told.push(line) };
    const worker = compositeWorker({ folder: tmpdir(), logger, program: '/nowhere/node' });
    expect(await worker.make(ofIt())).toMatchObject({ width: size.width + 40, kept: 'exact' });
    expect(await worker.make(ofIt())).toMatchObject({ width: size.width + 40, kept: 'exact' });
    expect(told).toEqual([
      ['composite_in_server', { error: expect.objectContaining({ message: expect.stringContaining('ENOENT') }) }],
    ]);
  },
);
