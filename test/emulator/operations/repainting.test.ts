import sharp from 'sharp';
import { expect, test } from 'vitest';
import { HARSH_DRIFT, USUAL_DRIFT } from '../../../src/emulator/drawing/edits/drift.ts';
import { decode, editBench, type EditBench, maskOf, type Raw } from '../editing.ts';

/** A size of both kinds of edits, so that pixels can be compared with those of the source. */
const SIZE = { width: 1024, height: 1024 };
const inHole = (x: number, y: number) => x >= 600 && x < 900 && y >= 600 && y < 900;

/** A picture of soft clouds in grey: an edge anywhere, and nothing that JPEG would change much. */
async function clouds(): Promise<Buffer> {
  const { width, height } = SIZE;
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      data.fill(128 + 50 * Math.sin(x / 9) + 50 * Math.cos(y / 7), (y * width + x) * 3, (y * width + x + 1) * 3);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** The bodies of an edit of each kind that keep most of one picture, at the top left of the result. */
async function edits(on: EditBench) {
  const image = { source: { uploadId: await on.upload(await clouds()) } };
  const mask = { source: { uploadId: await on.upload(await maskOf(1024, 1024, (x, y) => (inHole(x, y) ? 255 : 0))) } };
  const placement = { alignment: { horizontal: 'left', vertical: 'top' } };
  return {
    fill: { image, mask, size: SIZE, prompt: 'a boat', seeds: [3] },
    expand: { image, placement, size: { width: 1200, height: 1100 }, prompt: 'a boat', seeds: [3] },
  };
}

/** How the kept pixels differ: share of those that are equal, and mean and most of the differences, levels. */
function difference(source: Raw, result: Raw) {
  let [equal, all, sum, most] = [0, 0, 0, 0];
  for (let y = 8; y < source.height - 8; y += 1) {
    for (let x = 8; x < source.width - 8; x += 1) {
      // Away from what is new: JPEG and softening reach a little over the edge.
      if (x > 580 && x < 920 && y > 580 && y < 920) continue;
      const from = (y * source.width + x) * source.channels;
      const to = (y * result.width + x) * result.channels;
      const apart = [0, 1, 2].map((channel) => Math.abs(source.data[from + channel]! - result.data[to + channel]!));
      if (apart.every((levels) => levels === 0)) equal += 1;
      all += 1;
      sum += apart.reduce((total, levels) => total + levels, 0) / 3;
      most = Math.max(most, ...apart);
    }
  }
  return { equal: equal / all, mean: sum / all, most };
}

test.each(['fill', 'expand'] as const)(
  'every pixel that %s keeps comes back a little other, as JPEG, equally for each seed',
  { tags: 'long' },
  async (kind) => {
    const on = await editBench({ drift: USUAL_DRIFT });
    const bodies = await edits(on);
    const [first = Buffer.alloc(0)] = await on.edit(kind, bodies[kind]);
    const [again] = await on.edit(kind, bodies[kind]);
    expect((await sharp(first).metadata()).format).toBe('jpeg');
    expect(again?.equals(first)).toBe(true);
    const [source, result] = [await decode(await clouds()), await decode(first)];
    const usual = difference(source, result);
    expect(usual.equal).toBeLessThan(0.02);
    expect(usual.mean).toBeGreaterThan(3);
    expect(usual.mean).toBeLessThan(16);
    expect(usual.most).toBeLessThan(60);
    const [other = Buffer.alloc(0)] = await on.edit(kind, { ...bodies[kind], seeds: [4] });
    expect(difference(result, await decode(other)).equal).toBeLessThan(0.1);

    // The picture is the one that was sent: turned around, it is another.
    const turned = await sharp(await clouds())
      .rotate(90)
      .toBuffer();
    expect(difference(await decode(turned), result).mean).toBeGreaterThan(30);

    on.emulator.control.setDrift(HARSH_DRIFT);
    const [harsh = Buffer.alloc(0)] = await on.edit(kind, bodies[kind]);
    expect(difference(source, await decode(harsh)).mean).toBeGreaterThan(usual.mean * 1.2);
    on.emulator.control.reset();
    expect(on.emulator.control.jobs()).toEqual([]);
  },
);
