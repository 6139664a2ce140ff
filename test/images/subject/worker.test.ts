import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { unpackMask } from '../../../src/images/masks/packed.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { findSubjects, type SubjectRequest } from '../../../src/images/subject/find-subjects.ts';
import { readModel } from '../../../src/images/subject/net/read-model.ts';
import { subjectWorker } from '../../../src/images/subject/worker/subject-worker.ts';
import { ROOT } from '../../architecture/source-files.ts';
import { turnsMs } from '../../support/work.ts';

let reads = 0;
const newWorker = () => subjectWorker({ folder: tmpdir(), logger: silentLogger });

async function portrait(side = 256): Promise<SubjectRequest> {
  const bytes = await sharp(join(ROOT, 'examples/portrait.png')).resize(side).png().toBuffer();
  const read = async () => {
    reads += 1;
    return new Uint8Array(bytes);
  };
  const corrections = { belongs: [], stays: [] };
  const picture = { width: side, height: side, mimeType: 'image/png' } as const;
  return { content: `portrait at ${side}`, read, picture, searches: [{ kind: 'person' }], corrections };
}

test(
  'a subject of the worker is that of this thread, with the weights beside the built program, and is remembered',
  { tags: 'long' },
  async () => {
    const weights = readFileSync(join(ROOT, 'node_modules/@mediapipe/selfie_segmentation/selfie_segmentation.tflite'));
    const request = await portrait();
    const worker = newWorker();
    reads = 0;
    const [there] = await worker.find(request);
    const [here] = await findSubjects(
      { ...request, bytes: await request.read(), earlier: undefined },
      readModel(weights),
      () => {},
    );
    expect(there?.region).toEqual(here?.region);
    expect(there?.fit).toEqual(here?.fit);
    const { data } = await unpackMask(there?.alpha ?? expect.unreachable());
    expect(Buffer.compare(data, here?.alpha.data ?? Buffer.of())).toBe(0);
    expect(reads).toBe(2);
    const copy = structuredClone(there);
    // What a caller does with its pixels is nothing to the next one.
    there?.alpha.deflated.fill(7);
    expect((await worker.find(request))[0]).toEqual(copy);
    expect(reads).toBe(2);
    await worker.find({ ...request, corrections: { belongs: [], stays: [[5, 5]] } });
    expect(reads).toBe(3);
  },
);

test(
  'the worker stops within a tenth of a second when its subject is no longer wanted, and goes on with the next',
  { tags: 'long' },
  async () => {
    const worker = newWorker();
    const control = new AbortController();
    const unwanted = worker.find(await portrait(2000), control.signal);
    const rejected = expect(unwanted).rejects.toThrow('not this one');
    const next = worker.find(await portrait());
    // The thread is at work: a picture of this size takes longer than its start.
    await new Promise((resolve) => setTimeout(resolve, 400));
    const stopping = async () => {
      control.abort(new Error('not this one'));
      await rejected;
    };
    expect(await turnsMs(stopping)).toBeLessThan(100);
    expect((await next)[0]?.fit.from).toBe('person');
  },
);

test(
  'a picture without people is a problem with the way on, and no obstacle to the next',
  { tags: 'long' },
  async () => {
    const worker = newWorker();
    const read = async () => new Uint8Array(readFileSync(join(ROOT, 'examples/product.png')));
    const nobody = worker.find({ ...(await portrait()), content: 'product', read });
    await expect(nobody).rejects.toMatchObject({
      name: 'Problem',
      code: 'nobody_found',
      next: expect.stringContaining('fit'),
    });
    expect(await worker.find(await portrait())).toHaveLength(1);
  },
);
