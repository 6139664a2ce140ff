import { vi } from 'vitest';
import type { Rendered } from '../../../src/render/rendered.ts';
import { AFAR } from '../../support/callers.ts';
import { ANNA, type TestRooms } from '../../support/rooms/test-rooms.ts';
import { type AnswerState, brokenConnection, idIn, policyRefusal } from './answer-state.ts';

const ITEMS = [{ id: 'hero', prompt: 'a fox in snow' }, { prompt: 'an owl' }, { prompt: 'a hare' }];

async function submitted(rooms: TestRooms, more: object = {}): Promise<string> {
  return idIn(await rooms.answer('submit_batch', { items: ITEMS, ...more }));
}

/** A batch whose pictures and manifest are written. */
async function finished(rooms: TestRooms, more: object = { folder: 'set' }): Promise<string> {
  const batch = await submitted(rooms, more);
  const { batches } = await rooms.services();
  for (let polls = 0; polls < 20; polls += 1) {
    await rooms.answer('job_status', { job: batch, wait_seconds: 60 });
    if ((await batches.get(batch, ANNA)).settled) return batch;
  }
  throw new Error('the batch did not finish');
}

async function finishedWithFailures(rooms: TestRooms): Promise<string> {
  rooms.adobe.script.push(policyRefusal(), brokenConnection());
  return finished(rooms);
}

async function finishedWithOneFailure(rooms: TestRooms): Promise<string> {
  rooms.adobe.script.push(policyRefusal());
  return finished(rooms, {});
}

async function paused(rooms: TestRooms): Promise<string> {
  const batch = await submitted(rooms);
  const { batches } = await rooms.services();
  await rooms.clock.run(batches.pause(batch, ANNA));
  return batch;
}

async function cancelled(rooms: TestRooms): Promise<string> {
  const batch = await submitted(rooms);
  await rooms.answer('cancel_job', { job: batch });
  return batch;
}

const MANY = Array.from({ length: 60 }, (_, index) => ({ prompt: `owl number ${index + 1}` }));

/** A batch of 60 items of which the first 50 were recorded when the process ended. */
async function halfRecorded(rooms: TestRooms): Promise<void> {
  const { batches } = await rooms.services();
  const submit = batches.submit.bind(batches);
  vi.spyOn(batches, 'submit').mockImplementationOnce((plan, caller) =>
    submit(plan, caller, {
      onWritten: () => {
        throw new Error('the process ends here');
      },
    }),
  );
  await rooms.answer('submit_batch', { items: MANY });
}

/** One request a minute, so that items end one after the other and in a fixed order. */
function shown(state: string, setup: (rooms: TestRooms) => Promise<string>): AnswerState {
  return {
    tool: 'job_status',
    state,
    options: { perMinute: 1 },
    run: async (rooms) => rooms.answer('job_status', { job: await setup(rooms), wait_seconds: 5 }),
  };
}

const status: readonly AnswerState[] = [
  shown('batch-active', submitted),
  shown('batch-paused', paused),
  shown('batch-finished', finished),
  shown('batch-finished-with-failures', finishedWithFailures),
  shown('batch-finished-with-one-failure', finishedWithOneFailure),
  shown('batch-cancelled', cancelled),
  {
    tool: 'job_status',
    state: 'batch-half-recorded',
    options: { perMinute: 1 },
    async run(rooms) {
      await halfRecorded(rooms);
      const { batches } = await rooms.services();
      const [batch] = await batches.list({ limit: 1 }, ANNA);
      return rooms.answer('job_status', { job: batch?.id, wait_seconds: 5 });
    },
  },
  { tool: 'job_status', state: 'unknown-batch', run: (rooms) => rooms.answer('job_status', { job: 'batch_nope' }) },
];

const commands: readonly AnswerState[] = [
  {
    tool: 'cancel_job',
    state: 'batch',
    options: { perMinute: 1 },
    run: async (rooms) => rooms.answer('cancel_job', { job: await submitted(rooms) }),
  },
  {
    tool: 'cancel_job',
    state: 'batch-finished',
    options: { perMinute: 1 },
    run: async (rooms) => rooms.answer('cancel_job', { job: await finished(rooms, {}) }),
  },
  {
    tool: 'resubmit_job',
    state: 'batch',
    options: { perMinute: 1 },
    run: async (rooms) =>
      rooms.answer('resubmit_job', { job: await finishedWithFailures(rooms), accept_possible_charge: true }),
  },
];

function batch(state: string, run: (rooms: TestRooms) => Promise<Rendered>, options: AnswerState['options'] = {}) {
  return { tool: 'submit_batch', state, options: { perMinute: 1, ...options }, run };
}

async function fileOf(rooms: TestRooms, ...lines: readonly string[]): Promise<string> {
  return rooms.file('list.jsonl', Buffer.from(lines.join('\n')));
}

const submissions: readonly AnswerState[] = [
  batch('new', (rooms) => rooms.answer('submit_batch', { items: ITEMS, folder: 'set' })),
  batch('new-without-duplicates', (rooms) =>
    rooms.answer('submit_batch', { items: [...ITEMS, ...ITEMS.slice(1)], dedupe: true }),
  ),
  batch('known', async (rooms) => {
    await submitted(rooms);
    return rooms.answer('submit_batch', { items: ITEMS });
  }),
  batch('resumed', async (rooms) => {
    await halfRecorded(rooms);
    return rooms.answer('submit_batch', { items: MANY });
  }),
  batch('problems', async (rooms) => {
    const lines = ['{"prompt":"fine"}', 'no json', '{"promt":"x"}', '{"prompt":"x","size":"17x17"}'];
    return rooms.answer('submit_batch', { file: await fileOf(rooms, ...lines) });
  }),
  batch('changed', async (rooms) => {
    await rooms.answer('submit_batch', { file: await fileOf(rooms, '{"prompt":"fox"}', '{"prompt":"owl"}') });
    return rooms.answer('submit_batch', { file: await fileOf(rooms, '{"prompt":"fox"}', '{"prompt":"elk"}') });
  }),
  batch('over-budget', (rooms) => rooms.answer('submit_batch', { items: ITEMS }), { dailyBudget: 2 }),
  batch('confirmation-required', (rooms) => rooms.answer('submit_batch', { items: ITEMS }), {
    settings: { confirmOver: 2 },
  }),
  batch('no-items', (rooms) => rooms.answer('submit_batch', {})),
  batch('tool-without-pictures', (rooms) => rooms.answer('submit_batch', { tool: 'make_mask', items: ITEMS })),
  batch('no-server-paths', (rooms) => rooms.answer('submit_batch', { items: ITEMS, folder: 'set' }), {
    can: AFAR,
  }),
];

/** Every state of batches. */
export const batchStates: readonly AnswerState[] = [...status, ...commands, ...submissions];
