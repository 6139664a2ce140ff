import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { toCallToolResult } from '../../src/mcp/calls/result.ts';
import { tools } from '../../src/tools/registry.ts';
import { checkAdvice, OFFERS } from './offers.ts';
import { ANNA, TestRooms } from '../support/rooms/test-rooms.ts';
import { answerText } from './answer-text.ts';
import { LEFT_HALF, withPhoto } from './states/answer-state.ts';
import { batchStates } from './states/batch-states.ts';
import { jobStates } from './states/job-states.ts';
import { paidStates } from './states/paid-states.ts';
import { pictureStates } from './states/picture-states.ts';

/**
 * One whole answer of each tool in each state, as files that are read in review: a change of what models are told is a
 * diff. `UPDATE=1 npx vitest run test/catalogue` rewrites them.
 */
const FOLDER = join(import.meta.dirname, 'answers');
const update = process.env['UPDATE'] === '1';
const states = [...paidStates, ...pictureStates, ...jobStates, ...batchStates];
/** In `npm test` two tools stand for all that paint, and no hour passes in simulated time. */
const isLong = ({ tool, state: name }: (typeof states)[number]) =>
  name === 'expired' ||
  paidStates.some((state) => state.tool === tool) && !['generate_image', 'fill_image'].includes(tool);
const fileOf = ({ tool, state }: (typeof states)[number]) => join(tool, `${state}.txt`);

beforeAll(async () => {
  // Simulated time passes while a module is loaded for the first time, so that a call could end in another state.
  await using rooms = await TestRooms.open();
  const image = await withPhoto(rooms);
  await rooms.finished({ prompt: 'a fox' });
  await rooms.finished({ image, mask_shapes: [LEFT_HALF] }, ANNA, 'fill_image');
  await rooms.finished({ image, aspect_ratio: '16:9' }, ANNA, 'expand_image');
  await rooms.answer('make_mask', { image, shapes: [LEFT_HALF] });
  await rooms.answer('save_image', {});
});

describe.each(states.map((state) => [`${state.tool} ${state.state}`, state] as const))('%s', (_name, state) => {
  test('answers as it was reviewed', isLong(state) ? { tags: 'long' } : {}, async () => {
    await using rooms = await TestRooms.open(state.options);
    const rendered = await state.run(rooms);
    for (const offer of OFFERS) checkAdvice(state, rendered, offer);
    const text = answerText(toCallToolResult(rendered, { links: true, structured: true }), rooms.folder);
    const file = join(FOLDER, fileOf(state));
    if (update) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    expect(existsSync(file), `${file} is missing: run with UPDATE=1`).toBe(true);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });
});

test('every tool has a reviewed answer, and no file is left of a state that is gone', () => {
  expect(new Set(states.map(({ tool }) => tool))).toEqual(new Set(tools.map(({ name }) => name)));
  const files = readdirSync(FOLDER, { recursive: true }).map(String).filter((file) => file.endsWith('.txt'));
  expect(files.toSorted()).toEqual(states.map(fileOf).toSorted());
});
