import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MaskResult } from '../../../src/render/schemas.ts';
import { ROOT } from '../../architecture/source-files.ts';
import { plain } from '../../images/pictures.ts';
import { ANNA, TestRooms } from '../../support/rooms/test-rooms.ts';
import { maskOf, pixelOf, refusal, sentBody, uploadOf } from '../edit/edited-pictures.ts';

let rooms: TestRooms;
beforeAll(async () => {
  rooms = await TestRooms.open();
  for (const name of ['portrait.png', 'product.png']) {
    await rooms.file(name, readFileSync(join(ROOT, 'examples', name)));
  }
  const portrait = await sharp(readFileSync(join(ROOT, 'examples/portrait.png')))
    .resize(256, 256)
    .png()
    .toBuffer();
  await rooms.file('half.png', portrait);
});
afterAll(async () => {
  await rooms[Symbol.asyncDispose]();
});

/** Places of portrait.png: her face, the wall beside it; half.png has half its side. */
const [FACE, WALL] = [
  [220, 100],
  [60, 60],
] as const;

async function maskBytes(mask: string): Promise<Uint8Array> {
  const { images } = await rooms.services();
  return images.read(await images.get(mask, ANNA));
}

const valueAt = async (bytes: Uint8Array, [x, y]: readonly [number, number]) => (await pixelOf(bytes, x, y))[0];

describe('select', () => {
  test(
    'opens the person, tells how sure that is in words and fields, and shows it in a tint that differs from her suit',
    { tags: 'long' },
    async () => {
      const result = await rooms.call('make_mask', { image: 'portrait.png', select: 'person' });
      const facts = MaskResult.parse(result.structured);
      expect(facts.fit).toEqual({ from: 'person', confidence: 'good', reasons: [] });
      expect(facts.open_percent).toBeGreaterThan(50);
      expect(facts.open_percent).toBeLessThan(60);
      expect(result.text).toContain('Found as a person. Confidence: good.');
      expect(result.text).toContain('blue where it may change');
      expect(facts.next).toContain(
        `make_mask again with from "${facts.mask}" and belongs [[x, y]] or stays [[x, y]], which is enough`,
      );
      const bytes = await maskBytes(maskOf(result));
      expect([await valueAt(bytes, FACE), await valueAt(bytes, WALL)]).toEqual([255, 0]);
      const shown = await sharp(Buffer.from(result.pictures[0]?.data ?? '', 'base64'))
        .png()
        .toBuffer();
      const [red = 0, , blue = 0] = await pixelOf(shown, 100, 400);
      expect(blue).toBeGreaterThan(red);
      expect(rooms.adobe.submits).toEqual([]);
    },
  );

  test('opens what is around the person for a background, which grows over her edge', { tags: 'long' }, async () => {
    const plain = await rooms.call('make_mask', { image: 'half.png', select: 'person', invert: true });
    const result = await rooms.call('make_mask', { image: 'half.png', select: 'person', for: 'background' });
    const bytes = await maskBytes(maskOf(result));
    expect([await valueAt(bytes, [110, 50]), await valueAt(bytes, [30, 30])]).toEqual([0, 255]);
    const opens = (of: typeof result) => MaskResult.parse(of.structured).open_percent ?? 0;
    expect(opens(result)).toBeGreaterThan(opens(plain));
  });

  test('is refused where no person is, with the way on, and costs nothing in a fill', { tags: 'long' }, async () => {
    const problem = await refusal(rooms, 'fill_image', { image: 'product.png', select: 'person', prompt: 'a hat' });
    expect(problem).toMatchObject({ code: 'nobody_found', actor: 'caller' });
    expect(problem.next).toContain('set fit');
  });
});

describe('shapes', () => {
  const half = { shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 };
  const hole = { shape: 'rectangle', x: 10, y: 10, width: 10, height: 10 };

  test(
    'are subtracted from and intersected with what is before them, from an earlier mask and a person too',
    { tags: 'long' },
    async () => {
      const opens = async (input: object) =>
        MaskResult.parse((await rooms.call('make_mask', { image: 'half.png', ...input })).structured).open_percent;
      expect(await opens({ shapes: [half, { ...hole, op: 'subtract' }] })).toBe(49);
      expect(await opens({ shapes: [half, { ...hole, op: 'intersect' }] })).toBe(1);
      expect(await opens({ shapes: [half, { ...hole, op: 'subtract' }, hole] })).toBe(50);
      const earlier = maskOf(await rooms.call('make_mask', { image: 'half.png', shapes: [half] }));
      expect(await opens({ from: earlier, shapes: [{ ...hole, op: 'subtract' }] })).toBe(49);
      const left = await opens({ select: 'person', shapes: [{ ...half, op: 'intersect' }] });
      expect(left).toBeGreaterThan(10);
      expect(left).toBeLessThan(35);
      const first = await refusal(rooms, 'make_mask', { image: 'half.png', shapes: [{ ...hole, op: 'subtract' }] });
      expect(first).toMatchObject({ code: 'mask_source_missing', message: expect.stringContaining('op subtract') });
    },
  );

  test('have the unit beside them, and one of their own in its place', async () => {
    const pixels = { shape: 'rectangle', x: 0, y: 0, width: 128, height: 256 };
    const percent = { ...hole, unit: 'percent', op: 'subtract' };
    const result = await rooms.call('make_mask', { image: 'half.png', shapes: [pixels, percent], unit: 'pixels' });
    expect(MaskResult.parse(result.structured).open_percent).toBe(49);
  });
});

test('corrections without anything to correct, and a fit without shapes, are refused', async () => {
  const corrected = { image: 'portrait.png', shapes: [{ shape: 'border', thickness: 5 }], stays: [[5, 95]] };
  expect(await refusal(rooms, 'make_mask', corrected)).toMatchObject({ code: 'invalid_argument' });
  expect(await refusal(rooms, 'make_mask', { ...corrected, fit: true })).toMatchObject({ code: 'invalid_argument' });
  expect(await refusal(rooms, 'make_mask', { image: 'portrait.png', fit: true })).toMatchObject({
    code: 'invalid_argument',
  });
  expect(await refusal(rooms, 'fill_image', { image: 'portrait.png', select: 'person', fit: true })).toMatchObject({
    code: 'invalid_argument',
  });
});

test('a place that both belongs and stays is refused, before anything is searched', async () => {
  const points = {
    belongs: [
      [80, 10],
      [50, 40],
    ],
    stays: [[50.1, 40.1]],
  };
  const problem = await refusal(rooms, 'make_mask', { image: 'half.png', select: 'person', ...points });
  expect(problem).toMatchObject({
    code: 'invalid_argument',
    message: 'Point 2 of belongs and point 1 of stays are the same place.',
  });
});

test('a fit that finds nothing is refused with the way on, also where its inversion would open everything', async () => {
  await rooms.file('wall.png', await plain(60, 40).png().toBuffer());
  const box = { shape: 'rectangle', x: 20, y: 20, width: 60, height: 60 };
  for (const more of [{}, { invert: true }, { for: 'background' }]) {
    const problem = await refusal(rooms, 'make_mask', { image: 'wall.png', shapes: [box], fit: true, ...more });
    expect(problem).toMatchObject({ code: 'mask_empty', message: expect.stringContaining('stands out') });
    expect(problem.next).toContain('leave out fit');
  }
});

test(
  'a fill by select sends a mask of the person, inverted for a new background, and says how sure it is',
  { tags: 'long' },
  async () => {
    const input = { image: 'half.png', select: 'person', invert_mask: true, prompt: 'a beach at dusk' };
    const result = await rooms.call('fill_image', input);
    expect(result.text).toContain('they stay, the other 46.7 % of the picture changes. Confidence: good.');
    const body = sentBody(rooms, 'FillImageRequestV3');
    expect(uploadOf(rooms, body['mask']).mimeType).toBe('image/png');
  },
);

describe('a dry run of a batch', () => {
  test(
    'says once what its masks change, shows them on one sheet, and leaves them to the call itself',
    { tags: 'long' },
    async () => {
      const given = {
        tool: 'fill_image',
        items: [{ image: 'portrait.png' }, { image: 'half.png' }],
        common: { select: 'person', invert_mask: true, prompt: 'a bakery' },
      };
      const masks = async () => {
        const { images } = await rooms.services();
        const listed = await images.list({ limit: 50, kinds: ['mask'] }, ANNA);
        return listed.filter(({ facts }) => facts.tool === 'fill_image').map(({ id }) => id);
      };
      const before = await masks();
      const dry = await rooms.call('submit_batch', { ...given, dry_run: true });
      expect(
        dry.text.match(/In all 2, the people stay and the background changes: 4\d(-4\d)? % of the picture\./g),
      ).toHaveLength(1);
      expect(dry.text).not.toMatch(/\.\.|more remark|were found and marked/);
      expect(dry.pictures).toHaveLength(1);
      expect(dry.text).toContain('The sheet shows the pictures with these numbers');
      // Her suit and the flag beside her are red, so that a corner of it that stays would be lost beside a red tint.
      const sheet = await sharp(Buffer.from(dry.pictures[0]?.data ?? '', 'base64'))
        .resize(1048)
        .png()
        .toBuffer();
      const [red = 0, , blue = 0] = await pixelOf(sheet, 8 + WALL[0], 8 + WALL[1]);
      expect(blue).toBeGreaterThan(red + 30);
      const look = dry.text.match(/look at one large: make_mask with image "(img_\w+)" and select "person"/);
      const large = await rooms.call('make_mask', { image: look?.[1], select: 'person', stays: [[2, 95]] });
      // What was mended goes back into the batch as the mask of its item, in place of the common select.
      const [item, ...others] = given.items;
      const mended = { ...given, items: [{ ...item, mask: maskOf(large) }, ...others], dry_run: true };
      expect((await rooms.call('submit_batch', mended)).text).toContain('In 1 of 2, the people stay');
      const drawn = await masks();
      // Of half.png the conversation has that mask from the fill above.
      expect(drawn).toHaveLength(before.length + 1);
      await rooms.call('submit_batch', given);
      expect(await masks()).toEqual(drawn);
    },
  );
});
