import { onePixel } from '../../support/doubles/scripted-adobe.ts';
import { AFAR } from '../../support/callers.ts';
import type { TestRooms } from '../../support/rooms/test-rooms.ts';
import { type AnswerState, endedJob, idIn, LEFT_HALF, withPhoto } from './answer-state.ts';

const MODELS = [
  {
    assetId: 'urn:aaid:sc:VA6C2:warm',
    displayName: 'Warm',
    trainingMode: 'style',
    publishedState: 'published',
    baseModel: { name: 'clio_v2', version: '2.0.0' },
    samplePrompt: 'A bean in a warm setting',
    modifiedDate: '2026-01-02T03:04:05Z',
  },
  {
    assetId: 'urn:aaid:sc:VA6C2:mug',
    displayName: 'Our mug',
    trainingMode: 'subject',
    conceptId: 'acmemug',
    publishedState: 'published',
  },
];

async function drawn(rooms: TestRooms, input: object = { shapes: [LEFT_HALF] }) {
  return rooms.answer('make_mask', { image: await withPhoto(rooms), ...input });
}

async function afterPicture(rooms: TestRooms, tool: string, input: object = {}) {
  await endedJob(rooms);
  return rooms.answer(tool, input);
}

const masks: readonly AnswerState[] = [
  { tool: 'make_mask', state: 'made', run: (rooms) => drawn(rooms) },
  {
    tool: 'make_mask',
    state: 'made-without-preview',
    options: { settings: { preview: 'none' } },
    run: (rooms) => drawn(rooms),
  },
  {
    tool: 'make_mask',
    state: 'empty',
    run: (rooms) => drawn(rooms, { shapes: [LEFT_HALF], grow: -1000 }),
  },
  { tool: 'make_mask', state: 'source-missing', run: (rooms) => drawn(rooms, {}) },
  {
    tool: 'make_mask',
    state: 'picture-not-local',
    run: (rooms) => rooms.answer('make_mask', { image: 'https://x.s3.amazonaws.com/a.png', shapes: [LEFT_HALF] }),
  },
];

const models: readonly AnswerState[] = [
  {
    tool: 'list_custom_models',
    state: 'some',
    options: { models: MODELS },
    run: (rooms) => rooms.answer('list_custom_models', { limit: 1 }),
  },
  {
    tool: 'list_custom_models',
    state: 'all',
    options: { models: MODELS },
    run: (rooms) => rooms.answer('list_custom_models', {}),
  },
  { tool: 'list_custom_models', state: 'none', run: (rooms) => rooms.answer('list_custom_models', {}) },
];

const lists: readonly AnswerState[] = [
  {
    tool: 'list_images',
    state: 'some',
    async run(rooms) {
      await drawn(rooms);
      await rooms.answer('fill_image', { image: 'photo.jpg', mask: 'last', prompt: 'a meadow', wait_seconds: 600 });
      return rooms.answer('list_images', {});
    },
  },
  {
    tool: 'list_images',
    state: 'first-page',
    async run(rooms) {
      await rooms.answer('generate_image', { prompt: 'a fox in snow', count: 3, wait_seconds: 600 });
      return rooms.answer('list_images', { limit: 2 });
    },
  },
  {
    tool: 'list_images',
    state: 'from-afar',
    options: { can: AFAR },
    run: (rooms) => afterPicture(rooms, 'list_images'),
  },
  {
    tool: 'make_mask',
    state: 'file-from-afar',
    options: { can: AFAR },
    run: (rooms) => drawn(rooms),
  },
  {
    tool: 'list_images',
    state: 'no-scope',
    options: { can: { scopes: new Set(['generate']) } },
    run: (rooms) => rooms.answer('list_images', {}),
  },
  { tool: 'list_images', state: 'none', run: (rooms) => rooms.answer('list_images', {}) },
  {
    tool: 'show_images',
    state: 'generated',
    async run(rooms) {
      rooms.pictures.push(onePixel(7));
      return afterPicture(rooms, 'show_images');
    },
  },
  {
    tool: 'show_images',
    state: 'with-lineage',
    async run(rooms) {
      const mask = String((await drawn(rooms)).structured?.['mask']);
      await rooms.answer('fill_image', { image: 'photo.jpg', mask, prompt: 'a meadow', wait_seconds: 600 });
      return rooms.answer('show_images', { image: mask });
    },
  },
  { tool: 'show_images', state: 'unknown', run: (rooms) => rooms.answer('show_images', {}) },
  {
    tool: 'show_images',
    state: 'argument-misspelt',
    run: (rooms) => rooms.answer('show_images', { imagges: ['last'] }),
  },
  {
    tool: 'show_images',
    state: 'sheet',
    async run(rooms) {
      await withPhoto(rooms);
      const made = await rooms.answer('generate_image', { prompt: 'a fox in snow', count: 2, wait_seconds: 600 });
      return rooms.answer('show_images', { images: [`${idIn(made)}#1`, `${idIn(made)}#2`, 'photo.jpg'] });
    },
  },
  {
    tool: 'show_images',
    state: 'url',
    run: (rooms) => rooms.answer('show_images', { image: 'https://x.s3.amazonaws.com/a.png' }),
  },
];

const files: readonly AnswerState[] = [
  { tool: 'save_image', state: 'saved', run: (rooms) => afterPicture(rooms, 'save_image', { folder: 'set' }) },
  {
    tool: 'save_image',
    state: 'name-taken',
    async run(rooms) {
      await afterPicture(rooms, 'save_image', { name: 'fox' });
      return rooms.answer('save_image', { name: 'fox.png' });
    },
  },
  {
    tool: 'save_image',
    state: 'several',
    async run(rooms) {
      const made = await rooms.answer('generate_image', { prompt: 'a fox in snow', count: 2, wait_seconds: 600 });
      const job = idIn(made);
      return rooms.answer('save_image', { images: [`${job}#1`, `${job}#2`] });
    },
  },
  {
    tool: 'save_image',
    state: 'converted',
    run: (rooms) => afterPicture(rooms, 'save_image', { name: 'assets/hero.jpg', size: '4x2' }),
  },
  {
    tool: 'save_image',
    state: 'size-too-large',
    run: (rooms) => afterPicture(rooms, 'save_image', { size: '60000x60000' }),
  },
  { tool: 'save_image', state: 'unknown', run: (rooms) => rooms.answer('save_image', { image: 'img_nope' }) },
  {
    tool: 'save_image',
    state: 'outside',
    run: (rooms) => afterPicture(rooms, 'save_image', { folder: '../elsewhere' }),
  },
  {
    tool: 'save_image',
    state: 'no-server-paths',
    options: { can: AFAR },
    run: (rooms) => afterPicture(rooms, 'save_image'),
  },
];

const deletions: readonly AnswerState[] = [
  {
    tool: 'delete_images',
    state: 'not-agreed',
    run: (rooms) => afterPicture(rooms, 'delete_images', { images: ['last'] }),
  },
  {
    tool: 'delete_images',
    state: 'deleted',
    run: (rooms) => afterPicture(rooms, 'delete_images', { since: '1h', confirm: true }),
  },
  {
    tool: 'delete_images',
    state: 'kept',
    async run(rooms) {
      await endedJob(rooms);
      rooms.adobe.durationMs = 120_000;
      await rooms.answer('vary_image', { image: 'last', wait_seconds: 10 });
      return rooms.answer('delete_images', { images: ['last'], confirm: true });
    },
  },
  { tool: 'delete_images', state: 'none', run: (rooms) => rooms.answer('delete_images', { job: 'job_x', confirm: true }) },
  { tool: 'delete_images', state: 'nothing-named', run: (rooms) => rooms.answer('delete_images', {}) },
  {
    tool: 'delete_images',
    state: 'unknown',
    run: (rooms) => rooms.answer('delete_images', { images: ['img_nope'], confirm: true }),
  },
];

/** Every state of the tools that work on stored pictures and models. */
export const pictureStates: readonly AnswerState[] = [...masks, ...models, ...lists, ...files, ...deletions];
