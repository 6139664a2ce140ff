import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Rendered } from '../../../src/render/rendered.ts';
import type { Caller } from '../../../src/shared/caller.ts';
import { withPhoto } from '../../catalogue/states/answer-state.ts';
import { PAID_INPUTS } from '../paid-inputs.ts';
import { ANNA, BEN, TestRooms } from '../../support/rooms/test-rooms.ts';

let rooms: TestRooms;
beforeAll(async () => {
  rooms = await TestRooms.open();
});
afterAll(() => rooms[Symbol.asyncDispose]());

type Body = Record<string, unknown>;
const bodies = () => rooms.adobe.bodies as Body[];
const lastBody = () => bodies().at(-1) ?? {};
const jobOf = ({ structured }: Rendered) => String(structured?.['job']);
const imagesOf = ({ structured }: Rendered) => (structured?.['images'] ?? []) as { image: string; seed: number }[];
const made = (input: object, tool = 'generate_image', caller: Caller = ANNA) => rooms.finished(input, caller, tool);
const refusal = (input: object, tool = 'generate_image', caller: Caller = ANNA) => rooms.answer(tool, input, caller);

describe('like', () => {
  test(
    'takes the arguments of the earlier job, with those given in their place, and keeps the seeds',
    { tags: 'long' },
    async () => {
      const first = await made({ prompt: 'a fox', negative_prompt: 'snow', size: '2304x1792', count: 2 });
      const night = await made({ like: jobOf(first), prompt: 'a fox at night' });
      const seeds = imagesOf(first).map(({ seed }) => seed);
      expect(lastBody()).toMatchObject({
        prompt: 'a fox at night',
        negativePrompt: 'snow',
        size: { width: 2304, height: 1792 },
        numVariations: 2,
        seeds,
      });
      expect(night.text).toContain(
        `As ${jobOf(first)}, with other prompt, and with its 2 seeds (${seeds.join(', ')}) kept`,
      );
      expect(night.structured?.['warnings']).toContainEqual(expect.stringContaining('give seeds for others'));
    },
  );

  test('with one picture of a job makes one picture, with the seed of that one', { tags: 'long' }, async () => {
    const first = await made({ prompt: 'a hen', count: 3 });
    const [, second] = imagesOf(first);
    await made({ like: `${jobOf(first)}#2`, prompt: 'a red hen' });
    expect(lastBody()).toMatchObject({ numVariations: 1, seeds: [second?.seed] });
    await made({ like: second?.image, prompt: 'a blue hen' });
    expect(lastBody()).toMatchObject({ numVariations: 1, seeds: [second?.seed] });
  });

  test('that changes nothing, or only the number, draws new seeds and says so', { tags: 'long' }, async () => {
    const first = await made({ prompt: 'a cat', seeds: [7, 8] });
    const more = await made({ like: jobOf(first), count: 4 });
    expect(lastBody()).toMatchObject({ prompt: 'a cat', numVariations: 4 });
    expect(lastBody()['seeds']).toBeUndefined();
    expect(more.text).toMatch(/once more: with new seeds, since its own would give the same again/);
    await made({ like: jobOf(first), prompt: 'a cat' });
    expect(lastBody()).toMatchObject({ numVariations: 2 });
    expect(lastBody()['seeds']).toBeUndefined();
  });

  test(
    'that wants more pictures than there are seeds has new ones, and given seeds go first',
    { tags: 'long' },
    async () => {
      const first = await made({ prompt: 'a dog' });
      expect((await made({ like: jobOf(first), prompt: 'a wet dog', count: 3 })).text).toContain('with new seeds');
      expect(lastBody()['seeds']).toBeUndefined();
      await made({ like: jobOf(first), prompt: 'a dry dog', seeds: [5] });
      expect(lastBody()).toMatchObject({ prompt: 'a dry dog', seeds: [5] });
    },
  );

  test(
    'takes what the job had in place of what the call gives: a ratio for a size, shapes for a mask',
    { tags: 'long' },
    async () => {
      const wide = await made({ prompt: 'a sea', size: '2688x1536' });
      await made({ like: jobOf(wide), aspect_ratio: '1:1' });
      expect(lastBody()).toMatchObject({ size: { width: 2048, height: 2048 } });
      const image = await withPhoto(rooms);
      const mask = await rooms.call('make_mask', {
        image,
        shapes: [{ shape: 'rectangle', x: 0, y: 0, width: 50, height: 50 }],
      });
      const filled = await made({ image, mask: mask.structured?.['mask'], prompt: 'a door' }, 'fill_image');
      const shapes = [{ shape: 'ellipse', x: 50, y: 50, width: 40, height: 40 }];
      const other = await made({ like: jobOf(filled), mask_shapes: shapes }, 'fill_image');
      expect(other.isError, other.text).toBe(false);
      expect(lastBody()).toMatchObject({ prompt: 'a door' });
    },
  );

  test.each(Object.keys(PAID_INPUTS))(
    'is taken by %s, which then needs nothing else',
    { tags: 'long' },
    async (tool) => {
      const first = await made((await PAID_INPUTS[tool]?.(rooms)) ?? {}, tool);
      const again = await made({ like: jobOf(first) }, tool);
      expect(again.isError, again.text).toBe(false);
      expect(jobOf(again)).not.toBe(jobOf(first));
      const [before, after] = bodies()
        .slice(-2)
        .map((body) => ({ ...body, seeds: undefined }));
      expect(after).toEqual(before);
    },
  );

  test(
    'means the picture that the job was made from, whatever has become of its file and of "last"',
    { tags: 'long' },
    async () => {
      const image = await withPhoto(rooms);
      const [first] = imagesOf(await made({ prompt: 'a vase' }));
      await made({ image: 'last', prompt: 'make it evening' }, 'edit_image');
      const edit = await made({ image: 'last', prompt: 'make it morning' }, 'edit_image');
      expect(edit.structured?.['made_from']).not.toContain(first?.image);
      const again = await made({ like: jobOf(edit), prompt: 'make it noon' }, 'edit_image');
      expect(again.structured?.['made_from']).toEqual(edit.structured?.['made_from']);
      const varied = await made({ image }, 'vary_image');
      await rooms.file(image, Buffer.from('no picture any more'));
      const later = await made({ like: jobOf(varied), count: 2 }, 'vary_image');
      expect(later.structured?.['made_from']).toEqual(varied.structured?.['made_from']);
    },
  );

  test('"last" is the job of the last picture, with all its pictures', async () => {
    const first = await made({ prompt: 'two boats', count: 2 });
    await made({ like: 'last', prompt: 'two red boats' });
    expect(lastBody()).toMatchObject({ numVariations: 2, seeds: imagesOf(first).map(({ seed }) => seed) });
  });

  test('is identical to itself: a call that is repeated while its job runs gets that job', async () => {
    const first = await made({ prompt: 'a bridge' });
    const call = { like: jobOf(first), prompt: 'a long bridge', wait_seconds: 0 };
    const one = await rooms.call('generate_image', call);
    const two = await rooms.call('generate_image', { ...call, wait_seconds: 30 });
    expect(jobOf(two)).toBe(jobOf(one));
    expect(two.structured?.['attached']).toBe(true);
  });

  test('of a job that has not ended waits for its seeds, since a repeat would be another request', async () => {
    const running = await rooms.call('generate_image', { prompt: 'a mill', wait_seconds: 0 });
    const early = await refusal({ like: jobOf(running), prompt: 'a white mill' });
    expect(early.text).toMatch(/has not ended, so its seeds are not known yet.*Wait for it with job_status/s);
    await rooms.call('job_status', { job: jobOf(running), wait_seconds: 60 });
  });

  test('of another tool says which tool that is', async () => {
    const edit = await made({ image: 'last', prompt: 'make it dark' }, 'edit_image');
    const wrong = await refusal({ like: jobOf(edit), prompt: 'a fox' });
    expect(wrong.text).toContain(`${jobOf(edit)} is a job of edit_image, not of generate_image.`);
    expect(wrong.text).toContain(`Call edit_image with like: "${jobOf(edit)}"`);
  });

  test('of another principal answers as an unknown id does', async () => {
    const first = await made({ prompt: 'a secret' });
    const [image] = imagesOf(first);
    const foreign = await refusal({ like: jobOf(first), prompt: 'x' }, 'generate_image', BEN);
    const unknown = await refusal({ like: 'job_00000000000000000000000000', prompt: 'x' }, 'generate_image', BEN);
    expect(foreign).toEqual(unknown);
    const foreignImage = await refusal({ like: image?.image, prompt: 'x' }, 'generate_image', BEN);
    const noImage = await refusal({ like: 'img_00000000000000000000000000', prompt: 'x' }, 'generate_image', BEN);
    expect(foreignImage).toEqual(noImage);
    expect(foreign.text).not.toContain('secret');
  });

  test('of a mask has no arguments to take, and a wrong argument beside it is named', async () => {
    const image = await withPhoto(rooms);
    const mask = await rooms.call('make_mask', { image, shapes: [{ shape: 'border', thickness: 10 }] });
    const none = await refusal({ like: mask.structured?.['mask'], prompt: 'x' });
    expect(none.text).toMatch(/is no picture of a job, so there are no arguments to take/);
    expect((await refusal({ like: 'last', promt: 'x' })).text).toContain('Did you mean "prompt"?');
  });

  test('that does not fit says where the rest comes from', async () => {
    const first = await made({ prompt: 'a tower', negative_prompt: 'people' });
    const wrong = await refusal({ like: jobOf(first), model: 'image5' });
    expect(wrong.text).toMatch(/negative_prompt.*What the call does not give comes from like/s);
  });

  test('is no requirement, and without it the tool asks for what it needs', async () => {
    expect((await refusal({})).text).toContain('"prompt" is required');
  });

  test('in a dry run says the request and its seeds, and spends nothing', async () => {
    const first = await made({ prompt: 'a kite' });
    const sent = bodies().length;
    const dry = await rooms.call('generate_image', { like: jobOf(first), prompt: 'a red kite', dry_run: true });
    expect(dry.text).toContain(`As ${jobOf(first)}, with other prompt`);
    expect(bodies()).toHaveLength(sent);
  });
});
