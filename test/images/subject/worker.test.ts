import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { findSubjects, type SubjectOrder } from '../../../src/images/subject/find-subjects.ts';
import { readModel } from '../../../src/images/subject/net/read-model.ts';
import { subjectWorker } from '../../../src/images/subject/worker/subject-worker.ts';
import { ROOT } from '../../architecture/source-files.ts';

/** A new order each time, since its bytes are handed over. */
async function order(side = 256): Promise<SubjectOrder> {
  const bytes = await sharp(join(ROOT, 'examples/portrait.png')).resize(side).png().toBuffer();
  return {
    bytes: new Uint8Array(bytes),
    searches: [{ kind: 'person' }],
    corrections: { belongs: [], stays: [] },
  };
}

test(
  'a subject of the worker is that of this thread, with the weights beside the built program',
  { tags: 'long' },
  async () => {
    const weights = readFileSync(join(ROOT, 'node_modules/@mediapipe/selfie_segmentation/selfie_segmentation.tflite'));
    const given = await order();
    const [there] = await subjectWorker().find(given);
    const [here] = await findSubjects(await order(), readModel(weights), () => {});
    expect(there?.region).toEqual(here?.region);
    expect(there?.fit).toEqual(here?.fit);
    expect(Buffer.compare(there?.alpha.data ?? Buffer.of(), here?.alpha.data ?? Buffer.of())).toBe(0);
    expect(given.bytes).toHaveLength(0);
  },
);

test(
  'the worker stops within a tenth of a second when its subject is no longer wanted, and goes on with the next',
  { tags: 'long' },
  async () => {
    const worker = subjectWorker();
    const control = new AbortController();
    const unwanted = worker.find(await order(2000), control.signal);
    const rejected = expect(unwanted).rejects.toThrow('not this one');
    const next = worker.find(await order());
    // The thread is at work: a picture of this size takes longer than its start.
    await new Promise((resolve) => setTimeout(resolve, 400));
    const begun = performance.now();
    control.abort(new Error('not this one'));
    await rejected;
    expect(performance.now() - begun).toBeLessThan(100);
    expect((await next)[0]?.fit.from).toBe('person');
  },
);

test(
  'a picture without people is a problem with the way on, and no obstacle to the next',
  { tags: 'long' },
  async () => {
    const worker = subjectWorker();
    const bytes = new Uint8Array(readFileSync(join(ROOT, 'examples/product.png')));
    const nobody = worker.find({ ...(await order()), bytes });
    await expect(nobody).rejects.toMatchObject({
      name: 'Problem',
      code: 'nobody_found',
      next: expect.stringContaining('fit'),
    });
    expect(await worker.find(await order())).toHaveLength(1);
  },
);
