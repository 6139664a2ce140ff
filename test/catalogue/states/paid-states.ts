import { video } from '../../images/videos.ts';
import type { TestRooms } from '../../support/rooms/test-rooms.ts';
import {
  type AnswerState,
  brokenConnection,
  cancelledMeanwhile,
  expireResults,
  LEFT_HALF,
  missingCredentials,
  policyRefusal,
  runningJob,
  withPhoto,
} from './answer-state.ts';

/** What each paid tool is asked for, and an argument that it cannot take. */
interface PaidCall {
  readonly tool: string;
  input(rooms: TestRooms): Promise<Record<string, unknown>>;
  readonly impossible: Record<string, unknown>;
  readonly misspelt: Record<string, unknown>;
}

const CALLS: readonly PaidCall[] = [
  {
    tool: 'generate_image',
    input: async () => ({ prompt: 'a fox in snow', count: 2 }),
    impossible: { size: '2000x2000' },
    misspelt: { negativ_prompt: 'people', count: 9 },
  },
  {
    tool: 'fill_image',
    input: async (rooms) => ({ image: await withPhoto(rooms), mask_shapes: [LEFT_HALF], prompt: 'a meadow' }),
    impossible: { size: '2000x2000' },
    misspelt: { mask_shape: [], count: 9 },
  },
  {
    tool: 'expand_image',
    input: async (rooms) => ({ image: await withPhoto(rooms), aspect_ratio: '16:9' }),
    impossible: { size: '2048x1152' },
    misspelt: { ratio: '16:9', count: 9 },
  },
  {
    tool: 'edit_image',
    input: async (rooms) => ({ image: await withPhoto(rooms), prompt: 'make it evening' }),
    impossible: { prompt: ' ' },
    misspelt: { promt: 'make it evening', resolution: '3MP' },
  },
  {
    tool: 'vary_image',
    input: async (rooms) => ({ image: await withPhoto(rooms), count: 2 }),
    impossible: { size: '2000x2000' },
    misspelt: { prompt: 'a fox', count: 9 },
  },
  {
    tool: 'upscale_image',
    input: async (rooms) => ({ image: await withPhoto(rooms), factor: 4 }),
    impossible: { factor: 5 },
    misspelt: { scale: 4, factor: 9 },
  },
  {
    tool: 'composite_image',
    input: async (rooms) => ({ image: await withPhoto(rooms), prompt: 'on a beach', count: 2 }),
    impossible: { size: '2000x2000' },
    misspelt: { backgrond: 'last', count: 9 },
  },
  {
    tool: 'generate_video',
    input: async (rooms) => {
      rooms.pictures.push(video({ width: 720, height: 720 }));
      return { first_frame: await withPhoto(rooms), prompt: 'it begins to snow' };
    },
    impossible: { size: '1024x1024' },
    misspelt: { image: 'last', shot_size: 'near' },
  },
];

/** Every state that a paid call can answer with. */
export const paidStates: readonly AnswerState[] = CALLS.flatMap(statesOf);

function statesOf({ tool, input, impossible, misspelt }: PaidCall): readonly AnswerState[] {
  const call = async (rooms: TestRooms, more: object = {}) => rooms.answer(tool, { ...(await input(rooms)), ...more });
  return [
    { tool, state: 'succeeded', run: (rooms) => call(rooms, { wait_seconds: 600 }) },
    {
      tool,
      state: 'running',
      async run(rooms) {
        rooms.adobe.durationMs = 120_000;
        return call(rooms, { wait_seconds: 20 });
      },
    },
    {
      tool,
      state: 'queued',
      options: { perMinute: 1 },
      async run(rooms) {
        await runningJob(rooms, 'the first of two');
        return call(rooms, { wait_seconds: 2 });
      },
    },
    {
      tool,
      state: 'failed-policy',
      async run(rooms) {
        rooms.adobe.script.push(policyRefusal());
        return call(rooms);
      },
    },
    {
      tool,
      state: 'submit-unknown',
      async run(rooms) {
        rooms.adobe.script.push(brokenConnection());
        return call(rooms);
      },
    },
    { tool, state: 'cancelled', run: async (rooms) => cancelledMeanwhile(rooms, tool, await input(rooms)) },
    {
      tool,
      state: 'saving-fails',
      async run(rooms) {
        expireResults(rooms);
        return call(rooms, { wait_seconds: 60 });
      },
    },
    {
      tool,
      // Given up after more than the longest wait of a call, so that an identical call meets the end.
      state: 'expired',
      async run(rooms) {
        expireResults(rooms);
        await call(rooms, { wait_seconds: 200 });
        return call(rooms, { wait_seconds: 600 });
      },
    },
    {
      tool,
      state: 'attached',
      async run(rooms) {
        rooms.adobe.durationMs = 120_000;
        await call(rooms, { wait_seconds: 10 });
        return call(rooms, { wait_seconds: 10 });
      },
    },
    {
      tool,
      state: 'credentials-missing',
      async run(rooms) {
        rooms.adobe.prepareScript.push(await missingCredentials());
        return call(rooms);
      },
    },
    { tool, state: 'argument-impossible', run: (rooms) => call(rooms, impossible) },
    { tool, state: 'argument-misspelt', run: (rooms) => call(rooms, misspelt) },
    {
      tool,
      state: 'budget-exhausted',
      options: { dailyBudget: 2 },
      async run(rooms) {
        await rooms.answer('generate_image', { prompt: 'the only two', count: 2, wait_seconds: 600 });
        return call(rooms);
      },
    },
    { tool, state: 'dry-run', run: (rooms) => call(rooms, { dry_run: true }) },
    { tool, state: 'confirmation-required', options: { settings: { confirmOver: 0 } }, run: (rooms) => call(rooms) },
    {
      tool,
      state: 'demo',
      options: { settings: { demo: true, preview: 'none' } },
      run: (rooms) => call(rooms, { wait_seconds: 600 }),
    },
  ];
}
