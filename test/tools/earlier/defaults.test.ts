import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withPhoto } from '../../catalogue/states/answer-state.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

let rooms: TestRooms;
beforeAll(async () => {
  rooms = await TestRooms.open();
});
afterAll(() => rooms[Symbol.asyncDispose]());
const defaulting = (defaults: Record<string, string>) => {
  rooms.settings = { ...rooms.settings, defaults };
};
beforeEach(() => defaulting({}));

const lastBody = () => (rooms.adobe.bodies.at(-1) ?? {}) as Record<string, unknown>;
const answer = (input: object, tool = 'generate_image') => rooms.answer(tool, input);

test('a call that says nothing takes the defaults, and its result says so', async () => {
  defaulting({ size: '2304x1792', content_class: 'art', count: '2', style_presets: 'watercolor,flat_design' });
  const made = await answer({ prompt: 'a fox', wait_seconds: 60 });
  expect(lastBody()).toMatchObject({
    size: { width: 2304, height: 1792 },
    contentClass: 'art',
    numVariations: 2,
    style: { presets: ['watercolor', 'flat_design'] },
  });
  expect(made.text).toContain('From FIREFLY_DEFAULTS: size 2304x1792, content_class art, count 2');
  expect(made.structured?.['warnings']).toContainEqual(expect.stringContaining('FIREFLY_DEFAULTS'));
});

test('an argument of the call goes before a default, and before one in whose place it stands', async () => {
  defaulting({ size: '2304x1792', model: 'image3', content_class: 'art' });
  await answer({ prompt: 'a hen', aspect_ratio: '1:1', content_class: 'photo', model: 'image4_ultra' });
  expect(lastBody()).toMatchObject({ size: { width: 2048, height: 2048 }, contentClass: 'photo' });
  const said = await answer({
    prompt: 'a hen',
    aspect_ratio: '1:1',
    content_class: 'photo',
    model: 'image4_ultra',
    new_job: true,
  });
  expect(said.text).not.toContain('FIREFLY_DEFAULTS');
});

test('an edit keeps the shape of its picture, and no tool takes a value that it does not know', async () => {
  defaulting({ aspect_ratio: '16:9', size: '2688x1536', model: 'image5', count: '1' });
  const image = await withPhoto(rooms);
  const room = await answer({ image, inset_left: '50%' }, 'expand_image');
  expect(room.isError, room.text).toBe(false);
  expect(room.text).not.toContain('aspect_ratio 16:9');
  const varied = await answer({ image }, 'vary_image');
  expect(varied.isError, varied.text).toBe(false);
  expect(varied.text).not.toContain('model image5');
});

test('a refusal that follows from a default says where the value comes from', async () => {
  defaulting({ model: 'image5' });
  const refused = await answer({ prompt: 'a cow', count: 3 });
  expect(refused.isError).toBe(true);
  expect(refused.text).toMatch(
    /From FIREFLY_DEFAULTS: model image5\. An argument of the call goes before FIREFLY_DEFAULTS/,
  );
});

test('what an earlier job brings is not changed by defaults that came later', async () => {
  const first = await answer({ prompt: 'a pig', wait_seconds: 60 });
  defaulting({ content_class: 'art', size: '2304x1792' });
  const again = await answer({ like: first.structured?.['job'], prompt: 'a pink pig' });
  expect(lastBody()).not.toHaveProperty('contentClass');
  expect(again.text).not.toContain('FIREFLY_DEFAULTS');
});

test('defaults count for items of a batch, and are part of what makes calls identical', async () => {
  defaulting({ content_class: 'art' });
  const batch = await answer(
    { items: [{ prompt: 'a duck' }, { prompt: 'a goose', content_class: 'photo' }] },
    'submit_batch',
  );
  expect(batch.isError, batch.text).toBe(false);
  await rooms.call('job_status', { job: batch.structured?.['batch'], wait_seconds: 120 });
  expect((rooms.adobe.bodies as { contentClass?: string }[]).slice(-2).map(({ contentClass }) => contentClass)).toEqual(
    ['art', 'photo'],
  );
  const one = await answer({ prompt: 'a swan', wait_seconds: 0 });
  const two = await answer({ prompt: 'a swan', content_class: 'art', wait_seconds: 30 });
  expect(two.structured?.['job']).toBe(one.structured?.['job']);
});
