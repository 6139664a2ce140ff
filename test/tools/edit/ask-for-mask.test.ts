import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Choice, Chosen } from '../../../src/tools/definition/consent.ts';
import { DeclinedQuestions } from '../../../src/tools/definition/declined-questions.ts';
import { tools } from '../../../src/tools/registry.ts';
import { plain } from '../../images/pictures.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';
import { factsOf } from './edited-pictures.ts';

let rooms: TestRooms;
beforeAll(async () => {
  rooms = await TestRooms.open({ settings: { preview: 'none', waitSeconds: 1 } });
  rooms.adobe.durationMs = 60_000;
  await rooms.file('room.png', await plain(1024, 1024).png().toBuffer());
  await rooms.file('cut.png', await plain(300, 400).ensureAlpha(0.5).png().toBuffer());
});
afterAll(() => rooms[Symbol.asyncDispose]());

/** A call of a client whose user answers with these, in turn. */
function asking(...answers: Chosen[]) {
  const asked: Choice[] = [];
  const declined = new DeclinedQuestions(rooms.clock);
  const choose = async (choice: Choice) => {
    asked.push(choice);
    return answers.shift() ?? expect.unreachable('asked too often');
  };
  const call = (name: string, input: object) => {
    const tool = tools.find((candidate) => candidate.name === name) ?? expect.unreachable();
    return rooms.clock.run(tool.parse(input).run({ ...rooms.toolCall(), choose, declined }));
  };
  return { asked, call };
}
const answer = (option: string, numbers = {}): Chosen => ({ option, numbers });

/** Left edge and width of what the newest job's mask opens, in percent of the picture. */
async function opened(): Promise<readonly [number, number]> {
  const { images } = await rooms.services();
  const [mask] = await images.list({ limit: 1, kinds: ['mask'] }, rooms.caller);
  const bytes = await images.read(mask ?? expect.unreachable('no mask'));
  const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  const row = data.subarray(0, info.width * info.channels).filter((_, i) => i % info.channels === 0);
  return [(100 * row.indexOf(255)) / info.width, (100 * row.filter((value) => value === 255).length) / info.width];
}

describe('fill_image without a mask', () => {
  const FILL = { image: 'room.png', prompt: 'a hat', new_job: true };

  test('asks once what may change, and says in arguments what the person chose', async () => {
    const { call, asked } = asking(answer('left half'));
    const result = await call('fill_image', { ...FILL, seeds: [1] });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.text).toMatch(/^fill_image: what may change in img_\w+ \("room.png"\) for "a hat"\?$/);
    expect(asked[0]?.options).toEqual(expect.arrayContaining(['everything', 'people', 'a box (below)']));
    expect(await opened()).toEqual([0, 50]);
    expect(factsOf(result).warnings?.join()).toMatch(/The user was asked and chose mask_shapes: \[/);
    // What was chosen belongs to the job.
    const again = await asking().call('fill_image', { like: factsOf(result).job, prompt: 'a scarf' });
    expect(again.isError).toBe(false);
  });

  test.each([
    [{ left: 10, top: 0, width: 20, height: 100 }, [10, 20]],
    [{ left: 90, top: 0, width: 50, height: 100 }, [90, 10]],
    [{ left: 100, top: 0, width: 0, height: 100 }, [99, 1]],
  ])('takes a box of %j percent, within the picture', async (numbers, expected) => {
    await asking(answer('a box (below)', numbers)).call('fill_image', FILL);
    const [left, width] = await opened();
    expect([Math.round(left), Math.round(width)]).toEqual(expected);
  });

  test('finds people, and for the background what is around them', { tags: 'long' }, async () => {
    const { call } = asking(answer('people'), answer('background (all but people)'));
    await expect(call('fill_image', FILL)).rejects.toMatchObject({ code: 'nobody_found' });
    await expect(call('fill_image', FILL)).rejects.toMatchObject({ code: 'nobody_found' });
  });

  test.each([
    ['declined', 'came back declined'],
    ['dismissed', 'closed without an answer'],
    ['unanswered', 'not answered in time'],
    ['nothing_chosen', 'came back without a choice'],
    ['cannot_ask', 'needs to know what may change.'],
  ] as const)('is refused after the answer %s, which names the arguments', async (chosen, why) => {
    const { call } = asking(chosen);
    const refused = { code: 'invalid_argument', next: expect.stringMatching(/mask_shapes.*select: "person".*mask/) };
    await expect(call('fill_image', FILL)).rejects.toMatchObject({ message: expect.stringContaining(why), ...refused });
  });

  test('is refused without another question after one that was declined', async () => {
    const { call, asked } = asking('declined');
    await expect(call('fill_image', FILL)).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(call('fill_image', FILL)).rejects.toMatchObject({ message: expect.stringContaining('5 minutes ago') });
    expect(asked).toHaveLength(1);
  });

  test('asks nobody where something else is wrong, or the mask is there', async () => {
    const { call, asked } = asking();
    await expect(call('fill_image', { ...FILL, prompt: 'x'.repeat(2000) })).rejects.toThrow('prompt');
    await expect(call('fill_image', { ...FILL, fit: true })).rejects.toThrow('fit needs mask_shapes');
    await expect(call('fill_image', { ...FILL, image: 'none.png' })).rejects.toMatchObject({ actor: 'caller' });
    await expect(call('fill_image', { ...FILL, image: 'https://x.s3.amazonaws.com/a.png' })).rejects.toThrow();
    await call('fill_image', { ...FILL, mask_shapes: [{ shape: 'rectangle', x: 0, y: 0, width: 9, height: 9 }] });
    expect(asked).toEqual([]);
  });

  test('is refused in a dry run, which asks nobody', async () => {
    const { call, asked } = asking();
    await expect(call('fill_image', { ...FILL, dry_run: true })).rejects.toThrow('needs to know what may change');
    expect(asked).toEqual([]);
  });

  test('is refused in a batch, whose items ask nobody', async () => {
    const { call, asked } = asking();
    const batch = call('submit_batch', { tool: 'fill_image', items: [{ image: 'room.png', prompt: 'a hat' }] });
    await expect(batch).rejects.toThrow('needs to know what may change');
    expect(asked).toEqual([]);
  });
});

test('composite_image with a background and no mask asks where the object goes', async () => {
  const { call, asked } = asking(answer('right half'));
  const result = await call('composite_image', { image: 'cut.png', background: 'room.png' });
  expect(asked[0]?.options).not.toContain('people');
  expect(asked[0]?.text).toContain('where does the object go');
  expect(await opened()).toEqual([50, 50]);
  expect(factsOf(result).warnings?.join()).toMatch(/It was drawn as img_/);
});

test('edit_image with an inverted mask that is not there asks what may change', async () => {
  const edit = { image: 'room.png', prompt: 'make it evening', invert_mask: true };
  await asking(answer('left half')).call('edit_image', edit);
  expect(await opened()).toEqual([0, 50]);
  await expect(asking('cannot_ask').call('edit_image', edit)).rejects.toThrow('invert_mask needs a mask');
});
