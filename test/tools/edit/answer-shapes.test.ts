import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plain } from '../../images/pictures.ts';
import { ANNA, TestRooms } from '../../support/rooms/test-rooms.ts';
import { factsOf } from './edited-pictures.ts';

/** Image 5 documents no pixels: an answer may have another shape than the window that was sent. */
let rooms: TestRooms;
beforeAll(async () => {
  rooms = await TestRooms.open({ settings: { preview: 'none' } });
  await rooms.file('photo.png', await plain(800, 600).png().toBuffer());
});
afterAll(() => rooms[Symbol.asyncDispose]());

const RADIUS = 0.12;
const MIDDLE = { shape: 'rectangle', x: 20, y: 20, width: 60, height: 60 };

/** The photo's colour with a red disc in its middle: round, as a model paints it. */
function disc(width: number, height: number): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  const radius = RADIUS * Math.min(width, height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const isIn = Math.hypot(x + 0.5 - width / 2, y + 0.5 - height / 2) < radius;
      pixels.set(isIn ? [220, 20, 20] : [40, 120, 200], (y * width + x) * 3);
    }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** Width and height of what is red. */
async function redIn(path: string): Promise<{ width: number; height: number }> {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const [xs, ys] = [new Set<number>(), new Set<number>()];
  for (let pixel = 0; pixel < info.width * info.height; pixel += 1) {
    if ((data[pixel * 3] ?? 0) < 150 || (data[pixel * 3 + 1] ?? 255) > 70) continue;
    xs.add(pixel % info.width);
    ys.add(Math.floor(pixel / info.width));
  }
  return { width: xs.size, height: ys.size };
}

test.each([
  ['square', 1024, 1024, 'its middle taken in that shape'],
  ['high', 896, 1152, 'its middle taken in that shape'],
  ['wide', 1344, 768, 'its middle taken in that shape'],
  ['rounded to a grid', 1168, 896, 'it was scaled.'],
])(
  'what is round in an answer that is %s is round in the picture, and the answer says so',
  { tags: 'long' },
  async (_, width, height, said) => {
    rooms.pictures.push(await disc(width, height));
    const input = { image: 'photo.png', mask_shapes: [MIDDLE], prompt: 'a red disc', new_job: true };
    const facts = factsOf(await rooms.finished(input, ANNA, 'edit_image'));
    const [made = expect.unreachable()] = facts.images ?? [];
    expect(made).toMatchObject({ width: 800, height: 600 });
    const red = await redIn(made.path ?? '');
    expect(red.width).toBeGreaterThan(60);
    expect(red.width / red.height).toBeGreaterThan(0.96);
    expect(red.width / red.height).toBeLessThan(1.04);
    expect(facts.warnings?.join()).toContain(`Adobe painted ${width}x${height} in place of `);
    expect(facts.warnings?.join()).toContain(said);
    if (!said.endsWith('scaled.')) expect(made.edit?.seam).toBe('check');
  },
);
