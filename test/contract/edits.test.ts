import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { EXPAND, FILL, editBench, maskOf, noise, UPLOAD } from '../emulator/editing.ts';
import { ask, type RawAnswer } from '../emulator/raw.ts';
import { openApi } from './openapi.ts';

const UPLOADED = 'storageImageV2';
const FILLED = 'fillImagesV3Async';
const EXPANDED = 'expandImagesV3Async';

const unknown = '3e1ea3e4-7b1b-4a8c-a1ae-2c4b6d0a0a11';
let png: Buffer;
let hole: Buffer;
let border: Buffer;
beforeAll(async () => {
  png = await noise(40, 30);
  hole = await maskOf(40, 30, (x) => (x < 20 ? 255 : 0));
  border = await maskOf(60, 50, (x, y) => (x < 40 && y < 30 ? 0 : 255));
});

/** An emulator with an uploaded picture, a mask for a fill and one for an expand. */
async function withUploads(options: Parameters<typeof editBench>[0] = {}) {
  const on = await editBench(options);
  const source = async (bytes: Buffer) => ({ source: { uploadId: await on.upload(bytes) } });
  return { ...on, image: await source(png), mask: await source(hole), frame: await source(border) };
}
type Uploads = Awaited<ReturnType<typeof withUploads>>;

const faults = (operation: string, { status, text, json }: RawAnswer) =>
  openApi.answerFaults(operation, status, text === '' ? undefined : json);

const asPng = { 'content-type': 'image/png' };

describe('compared with the facts of Adobe’s document', () => {
  test.each<[string, string, number, (on: Uploads) => Promise<RawAnswer>]>([
    ['upload', UPLOADED, 200, ({ post }) => post(UPLOAD, png, asPng)],
    ['upload of nothing', UPLOADED, 400, ({ post }) => post(UPLOAD, '', asPng)],
    ['upload of another type', UPLOADED, 400, ({ post }) => post(UPLOAD, png, { 'content-type': 'image/jpeg' })],
    ['upload, bad token', UPLOADED, 401, ({ post }) => post(UPLOAD, png, { ...asPng, authorization: 'Bearer x' })],
    [
      'upload, no key',
      UPLOADED,
      403,
      ({ emulator }) => ask(emulator.apiOrigin + UPLOAD, { method: 'POST', body: png }),
    ],
    ['fill', FILLED, 202, ({ post, image, mask }) => post(FILL, { image, mask, prompt: 'a', seeds: [1, 2] })],
    ['fill, old mask', FILLED, 202, ({ post, image, mask }) => post(FILL, { image: { ...image, mask: mask.source } })],
    ['fill without a mask', FILLED, 400, ({ post, image }) => post(FILL, { image })],
    ['fill, mask too deep', FILLED, 422, ({ post, image, mask }) => post(FILL, { image: { ...image, mask } })],
    ['fill, size', FILLED, 400, ({ post, image, mask }) => post(FILL, { image, mask, size: { width: 1, height: 1 } })],
    ['fill, mask of another size', FILLED, 422, ({ post, image, frame }) => post(FILL, { image, mask: frame })],
    ['fill, type', FILLED, 415, ({ post }) => post(FILL, 'a', { 'content-type': 'text/plain' })],
    ['expand', EXPANDED, 202, ({ post, image }) => post(EXPAND, { image, placement: { inset: { left: 3 } } })],
    ['expand by a mask', EXPANDED, 202, ({ post, image, frame }) => post(EXPAND, { image, mask: frame })],
    [
      'expand, too large',
      EXPANDED,
      400,
      ({ post, image }) => post(EXPAND, { image, size: { width: 4000, height: 9 } }),
    ],
    [
      'expand, no room',
      EXPANDED,
      400,
      ({ post, image }) => post(EXPAND, { image, placement: { inset: { top: 3000 } } }),
    ],
    ['expand, mask', EXPANDED, 422, ({ post, image, mask }) => post(EXPAND, { image, mask })],
    ['expand, unknown', EXPANDED, 422, ({ post }) => post(EXPAND, { image: { source: { uploadId: unknown } } })],
    ['expand of nothing', EXPANDED, 400, ({ post }) => post(EXPAND, '')],
  ])('the answer to an upload or edit is valid: %s', async (_name, operation, status, answer) => {
    const given = await answer(await withUploads());
    expect(given.status, given.text).toBe(status);
    expect(faults(operation, given)).toEqual([]);
  });

  test('schema errors in the documented form are valid', async () => {
    const { post, image } = await withUploads({ schemaErrors: 'spec' });
    const answers = [
      await post(FILL, { image, seeds: [] }),
      await post(EXPAND, { image, size: { width: 4000, height: 1 } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([422, 422]);
    expect(answers.flatMap((answer, at) => faults(at === 0 ? FILLED : EXPANDED, answer))).toEqual([]);
  });

  test.each(['fill', 'expand'] as const)('the status of a %s that succeeded is valid', async (kind) => {
    const { post, get, image, mask } = await withUploads();
    const accepted = await post(kind === 'fill' ? FILL : EXPAND, { image, ...(kind === 'fill' ? { mask } : {}) });
    const answer = await get((accepted.json as { statusUrl: string }).statusUrl);
    expect(answer.json).toMatchObject({ status: 'succeeded', result: { outputs: [{ image: {} }] } });
    expect(faults('jobResultV3', answer)).toEqual([]);
  });

  test('the answer over the quota is valid', async () => {
    const { post, image, mask } = await withUploads({ rpm: 1 });
    const answers = [
      await post(FILL, { image, mask }),
      await post(FILL, { image, mask }),
      await post(EXPAND, { image }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 429, 429]);
    expect(answers.flatMap((answer, at) => faults(at === 2 ? EXPANDED : FILLED, answer))).toEqual([]);
  });
});

/** Answers in which the emulator follows other sources than the document. Rows that become valid must go. */
describe('against the document', () => {
  test('the emulator answers 413 to an upload, which is not documented', { tags: 'long' }, async () => {
    const { post } = await withUploads();
    const answer = await post(UPLOAD, Buffer.alloc(15_000_001), asPng);
    expect(answer.status).toBe(413);
    expect(faults(UPLOADED, answer)).not.toEqual([]);
  });

  test('the emulator answers input_media_indecipherable, which is known from Adobe’s SDK only', async () => {
    const { post, upload } = await withUploads();
    const uploadId = await upload(png.subarray(0, 500));
    const answer = await post(EXPAND, { image: { source: { uploadId } } });
    expect(answer.status).toBe(422);
    expect(faults(EXPANDED, answer)).not.toEqual([]);
  });
});

/** Mostly valid values, sometimes an almost valid one or arbitrary JSON. */
const value = (right: readonly unknown[], nearly: readonly unknown[]) =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...right) },
    { weight: 2, arbitrary: fc.constantFrom(...nearly) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
  );
/** Generates bodies that refer to pictures of the emulator. */
const bodies = ({ image, mask, frame }: Uploads) => {
  const nearly = [{ source: { uploadId: 'a' } }, { source: {} }, {}];
  const common = {
    image: value([image, { ...image, note: 1 }], nearly),
    prompt: value(['a', 'x'.repeat(1024)], ['', 'x'.repeat(1025)]),
    numVariations: value([2], [0, 5, '2', 1.5]),
    seeds: value([[1, 2]], [[1, 1], [], [1.5, 2]]),
    surprise: fc.jsonValue({ maxDepth: 2 }),
  };
  const fill = {
    mask: value([mask, { ...mask, invert: true }], [...nearly, { ...mask, invert: 'no' }]),
    negativePrompt: value(['dull', ''], ['x'.repeat(1025)]),
    size: value([{ width: 1024, height: 1024 }], [{ width: 1024 }, { width: 1, height: 1 }]),
  };
  const placement = fc.record(
    {
      alignment: value([{ horizontal: 'left' }, {}, { vertical: 'center' }], [{ horizontal: 'top' }]),
      inset: value([{ left: 4 }, { top: 0, bottom: 9 }], [{ left: -1 }, { left: 0.5 }, { right: 5_000 }]),
    },
    { requiredKeys: [] },
  );
  const size = value([{ width: 99, height: 70 }], [{ width: 99 }, { width: 0, height: 1 }, { width: 4000, height: 1 }]);
  return {
    fill: fc.record({ ...common, ...fill }, { requiredKeys: ['image', 'mask'] }),
    expand: fc.oneof(
      fc.record({ ...common, placement, size }, { requiredKeys: ['image'] }),
      fc.record({ ...common, mask: value([frame], nearly) }, { requiredKeys: ['image', 'mask'] }),
    ),
  };
};

describe('a generated body that the emulator accepts', () => {
  test.each([
    ['fill', FILL, 'FillImageRequestV3'],
    ['expand', EXPAND, 'ExpandImageRequestV3'],
  ] as const)('is valid by Adobe’s document: %s', { tags: 'long' }, async (kind, path, name) => {
    const on = await withUploads();
    const seen = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(bodies(on)[kind], async (body) => {
        const { status } = await on.post(path, body);
        expect([202, 400, 422]).toContain(status);
        if (status >= 400) return void (seen.refused += 1);
        seen.accepted += 1;
        expect(openApi.schemaFaults(name, body), JSON.stringify(body)).toEqual([]);
      }),
      { numRuns: 300 },
    );
    // The property must not hold for lack of accepted bodies.
    expect(seen.accepted).toBeGreaterThan(50);
    expect(seen.refused).toBeGreaterThan(20);
  });
});
