import { describe, expect, test } from 'vitest';
import { requirePixels } from '../../../src/images/problems.ts';
import { pngThatClaims, webpThatClaims } from '../../images/claims.ts';
import { refusal, RIGHT_HALF } from '../edit/edited-pictures.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';
import { cpuMs } from '../../support/work.ts';

/** Far below what the least of the claims would take. */
const MOST_GROWTH = 40e6;

const CLAIMS: readonly [string, Buffer][] = [
  ['a PNG that claims 40000x40000 pixels', pngThatClaims(40_000, 40_000)],
  ['a PNG that claims the most pixels', pngThatClaims(2 ** 31 - 1, 2 ** 31 - 1)],
  ['a PNG that claims a row of 60 million pixels', pngThatClaims(60_000_000, 1)],
  ['a WebP that claims 16384x16384 pixels', webpThatClaims(16_384, 16_384)],
];

describe.each(CLAIMS)('%s', (_name, bytes) => {
  const uri = `data:image/png;base64,${bytes.toString('base64')}`;
  test.each([
    ['make_mask', { image: uri, shapes: [RIGHT_HALF] }],
    ['make_mask', { image: uri, shapes: [RIGHT_HALF], grow: 5 }],
    ['make_mask', { image: uri, from: 'luminance' }],
    ['make_mask', { image: 'claim.png', shapes: [RIGHT_HALF] }],
    ['fill_image', { image: uri, prompt: 'a fox', mask_shapes: [RIGHT_HALF] }],
    ['fill_image', { image: 'claim.png', prompt: 'a fox', mask: uri }],
    ['expand_image', { image: uri, size: '2048x2048' }],
    ['expand_image', { image: 'small.png', size: '2048x2048', mask: uri }],
    ['generate_image', { prompt: 'a fox', style_image: uri }],
    ['expand_image', { image: 'claim.png', aspect_ratio: '16:9' }],
  ])('is refused by %s of %j at once, before memory is taken and money spent', async (tool, input) => {
    await using rooms = await TestRooms.open();
    await rooms.file('claim.png', bytes);
    await rooms.file('small.png', pngThatClaims(64, 64));
    const before = process.memoryUsage();
    let code: string | undefined;
    expect(await cpuMs(async () => ({ code } = await refusal(rooms, tool, input)))).toBeLessThan(1_000);
    expect(code).toBe('picture_too_large');
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(MOST_GROWTH);
    expect(rooms.adobe.submits).toEqual([]);
  });
});

describe('a picture whose deep pixels an edit cannot keep', () => {
  const refused = async (tool: string, input: object, size: string) => {
    await using rooms = await TestRooms.open();
    await rooms.file('deep.png', pngThatClaims(5_900, 5_900, { isDeep: true }));
    expect(await refusal(rooms, tool, { image: 'deep.png', ...input })).toMatchObject({
      code: 'picture_too_large',
      message: `The result would have ${size} pixels; 33 million are the limit of an edit that keeps 16 bits a channel and transparency.`,
      next: 'Save the picture with 8 bits a channel, or use a smaller one; the stored original is untouched.',
    });
    expect(rooms.uploaded).toEqual([]);
    expect(rooms.adobe.submits).toEqual([]);
  };

  test('is refused for an expansion before it is sent, with what can be done', () =>
    refused('expand_image', { inset_left: 100 }, '6000x5900'));

  test('is refused for a fill before it is sent, with what can be done', { tags: 'long' }, () =>
    refused('fill_image', { prompt: 'a fox', mask_shapes: [RIGHT_HALF] }, '5900x5900'),
  );
});

test('the limits themselves are taken', () => {
  for (const [width, height] of [
    [8000, 8000],
    [65_535, 900],
    [1, 65_535],
  ] as const) {
    expect(() => requirePixels({ width, height })).not.toThrow();
  }
  for (const [width, height] of [
    [8001, 8000],
    [65_536, 1],
  ] as const) {
    expect(() => requirePixels({ width, height })).toThrow(/are the limit/);
  }
  const webp = { width: 8000, height: 5000, mimeType: 'image/webp' } as const;
  expect(() => requirePixels(webp)).not.toThrow();
  expect(() => requirePixels({ ...webp, height: 5001 })).toThrow('40 million are the limit of WebP');
  const held = { width: 8000, height: 5625, mimeType: 'image/png', heldBytes: 8 } as const;
  expect(() => requirePixels(held)).not.toThrow();
  expect(() => requirePixels({ ...held, height: 5626 })).toThrow(
    '45 million are the limit of a PNG that is interlaced',
  );
});
