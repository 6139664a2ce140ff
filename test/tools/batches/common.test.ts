import { describe, expect, test } from 'vitest';
import { BatchResult } from '../../../src/render/batch-schemas.ts';
import { plain } from '../../images/pictures.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

describe('what is common to a batch', () => {
  test('yields to what an item says, to what that stands for, and to the earlier job that it is like', async () => {
    const small = { size: '2304x1792', negative_prompt: 'snow' };
    await using rooms = await TestRooms.open();
    const first = await rooms.finished({ prompt: 'a fox', ...small, count: 1 });
    const { structured } = await rooms.call('submit_batch', {
      common: { aspect_ratio: '1:1', negative_prompt: 'rain', content_class: 'art' },
      items: [
        { like: first.structured?.['job'], prompt: 'a hare' },
        { prompt: 'a hen' },
        { prompt: 'a cow', size: '2688x1536' },
      ],
    });
    const { batches } = await rooms.services();
    const batch = String(structured?.['batch']);
    for (let polls = 0; polls < 60 && !(await batches.get(batch, rooms.caller)).settled; polls += 1)
      await rooms.call('job_status', { job: batch, wait_seconds: 30 });
    const [, hare, hen, cow] = rooms.adobe.bodies;
    expect(hare).toMatchObject({
      prompt: 'a hare',
      size: { width: 2304, height: 1792 },
      negativePrompt: 'snow',
      contentClass: 'art',
      seeds: [first.structured?.['images']].flat().map((image) => (image as { seed: number }).seed),
    });
    expect(hen).toMatchObject({ size: { width: 2048, height: 2048 }, negativePrompt: 'rain', contentClass: 'art' });
    expect(cow).toMatchObject({ size: { width: 2688, height: 1536 }, negativePrompt: 'rain' });
  });
});

/** The answer of a dry run, which tells the prompt of each item. */
const dry = (rooms: TestRooms, input: object) => rooms.answer('submit_batch', { ...input, dry_run: true });
/** The prompts of a batch's items as Adobe would be sent them. */
const promptsOf = async (rooms: TestRooms, input: object) => {
  const { structured, text, isError } = await dry(rooms, input);
  expect(isError, text).toBe(false);
  return BatchResult.parse(structured).items?.map(({ source }) => source);
};

describe('words that are common to a batch', () => {
  test.each([
    ['{prompt}, watercolour', ['a fox, watercolour', 'a hare, watercolour']],
    ['{item} on white', ['a fox on white', 'a hare on white']],
  ])('take the prompt of each item in: %s', async (prompt, expected) => {
    await using rooms = await TestRooms.open();
    const prompts = ['a fox', 'a hare'];
    expect(await promptsOf(rooms, { prompts, common: { prompt } })).toEqual(expected);
    const items = prompts.map((own) => ({ prompt: own }));
    expect(await promptsOf(rooms, { items, common: { prompt } })).toEqual(expected);
  });

  test('take the id of an item in, and its picture; an own prompt that is not in them is kept whole', async () => {
    await using rooms = await TestRooms.open();
    await rooms.file('oak.png', await plain(600, 400).png().toBuffer());
    const items = [{ id: 'oak' }, { id: 'elm', prompt: 'an old elm' }];
    expect(await promptsOf(rooms, { items, common: { prompt: 'a young {item}' } })).toEqual([
      'a young oak',
      'an old elm',
    ]);
    const shapes = [{ shape: 'rectangle', x: 10, y: 10, width: 50, height: 50 }];
    const { structured } = await dry(rooms, {
      tool: 'fill_image',
      items: [{ image: 'oak.png', mask_shapes: shapes }],
      common: { prompt: 'a wall behind {file}' },
    });
    expect(structured).toMatchObject({ first: { prompt: 'a wall behind oak' } });
  });

  test('are refused where they would be lost, or a token stands for nothing', async () => {
    await using rooms = await TestRooms.open();
    const lost = await dry(rooms, { prompts: ['a fox'], common: { prompt: 'watercolour' } });
    expect(lost).toMatchObject({ isError: true, structured: { error: { code: 'invalid_argument' } } });
    expect(lost.text).toContain('Write {prompt} into it');
    const empty = await dry(rooms, { items: [{ id: 'a' }], common: { prompt: '{prompt}, old' } });
    expect(empty.text).toContain('{prompt} in common stands for nothing here: the item has no prompt of its own.');
    expect(rooms.adobe.submits).toEqual([]);
  });
});

test('a dry run tells the whole first prompt, and what the first file loses', async () => {
  await using rooms = await TestRooms.open();
  const style = 'in the style of an old botanical plate, on yellowed paper, with fine ink lines';
  const { text, structured } = await dry(rooms, {
    prompts: ['a fox', 'a hare'],
    common: { prompt: `{prompt}, ${style}` },
    name: 'animal-{n}.jpg 500x300',
  });
  expect(structured).toMatchObject({
    first: {
      prompt: `a fox, ${style}`,
      file: 'animal-1.jpg, cut to 2048x1229 of 2048x2048, scaled from 2048x1229 to 500x300',
    },
  });
  expect(text).toContain(`First prompt: "a fox, ${style}"`);
  expect(text).toContain('First file: animal-1.jpg, cut to 2048x1229 of 2048x2048');
});

test('items without a tool that only another tool takes are told that the tool is missing, not of their arguments', async () => {
  await using rooms = await TestRooms.open();
  await rooms.file('oak.png', await plain(600, 400).png().toBuffer());
  const composite = await dry(rooms, { items: [{ image: 'oak.png', background: 'oak.png', mask: 'oak.png' }] });
  expect(composite).toMatchObject({ isError: true, structured: { error: { code: 'invalid_argument' } } });
  expect(composite.text).toMatch(
    /^No tool is named, so generate_image was taken, which has no image, background, mask\./,
  );
  expect(composite.text).toContain('composite_image');
  expect(composite.text).not.toContain('style_image');
  const named = await dry(rooms, { tool: 'generate_image', items: [{ image: 'oak.png' }] });
  expect(named.text).toContain('generate_image has no argument "image"');
  const misspelt = await dry(rooms, { items: [{ promt: 'a fox' }] });
  expect(misspelt.text).toContain('Did you mean "prompt"?');
});

test('an argument that every object has is as unknown to an item as any other', async () => {
  await using rooms = await TestRooms.open();
  for (const name of ['constructor', 'toString', 'valueOf', '__proto__']) {
    const file = await rooms.file('bad.jsonl', Buffer.from(`{"prompt":"fine"}\n{"prompt":"x","${name}":{"count":4}}`));
    const { text } = await rooms.answer('submit_batch', { file, common: { size: '2048x2048' } });
    expect(text).toContain(`line 2: generate_image has no argument "${name}".`);
    expect(text).toContain('Code: invalid_batch.');
  }
});
