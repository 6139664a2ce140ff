import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { retryItems } from '../../../src/tools/batches/consented-retry.ts';
import type { Question } from '../../../src/tools/definition/consent.ts';
import { A_PROBLEM } from '../../support/doubles/scripted-adobe.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

/* A yes to the failed items of a batch, which goes on while the question is open. */

let rooms: TestRooms;
beforeEach(async () => {
  // Two items are sent at once, the others a minute later.
  rooms = await TestRooms.open({ perMinute: 2, settings: { confirmOver: 0 } });
});
afterEach(() => rooms[Symbol.asyncDispose]());

/** A batch of four whose first items end so, and which goes on. */
async function begun(...outcomes: (typeof rooms.adobe.script)[number][]): Promise<string> {
  rooms.adobe.script.push(...outcomes);
  const prompts = ['a hen', 'an owl', 'an elk', 'a cat'];
  const { structured } = await rooms.call('submit_batch', { prompts, confirm: true });
  await rooms.clock.pass(10_000);
  return String(structured?.['batch']);
}

/** Asks a person, who takes two minutes for a yes. */
async function afterTwoMinutes<T>(ask: (call: ReturnType<TestRooms['toolCall']>) => Promise<T>) {
  const asked: Question[] = [];
  const person = async (question: Question) => {
    asked.push(question);
    await rooms.clock.sleep(120_000);
    return 'given' as const;
  };
  const told = await rooms.clock.run(ask({ ...rooms.toolCall(), ask: person }));
  await rooms.clock.pass(300_000);
  return { told, asked };
}

const FAILED = { kind: 'refused', problem: A_PROBLEM } as const;

describe('a yes to the failed items of a batch', () => {
  test('pays for no item that failed while the question was open', async () => {
    const batch = await begun(FAILED, FAILED, FAILED, FAILED);
    const how = { tool: 'resubmit_job', confirmed: false, acceptPossibleCharge: false } as const;
    const services = await rooms.services();
    expect((await services.batches.get(batch, rooms.caller)).counts.failed).toBe(2);
    const { told, asked } = await afterTwoMinutes((call) => retryItems(batch, services, call, how));
    expect(asked).toMatchObject([{ box: 'Yes, spend 2 operations (2 requests)' }]);
    expect(told).toBe(2);
    expect((await services.batches.get(batch, rooms.caller)).counts).toMatchObject({ failed: 2, succeeded: 2 });
    expect(rooms.adobe.submits).toHaveLength(6);
  });

  test('is asked with the second charge, where the outcome of one is unknown', async () => {
    const batch = await begun(FAILED, 'lost');
    const services = await rooms.services();
    await rooms.clock.pass(300_000);
    const how = { tool: 'batch', confirmed: false } as const;
    for (const [acceptPossibleCharge, text] of [
      [false, /^Spend 1 operation \(1 request\)(?!.*twice)/],
      [true, /^Spend 1 operation \(1 request\).*would charge twice/],
    ] as const) {
      const ask = (call: ReturnType<TestRooms['toolCall']>) =>
        retryItems(batch, services, call, { ...how, acceptPossibleCharge });
      expect(await afterTwoMinutes(ask)).toMatchObject({ told: 1, asked: [{ text: expect.stringMatching(text) }] });
    }
    expect(rooms.adobe.submits).toHaveLength(6);
  });

  test('is asked with the second charge, where Adobe had taken one before it gave up', async () => {
    rooms.adobe.statusScript.push({ kind: 'timed_out', problem: { ...A_PROBLEM, code: 'timeout' } });
    const batch = await begun();
    const services = await rooms.services();
    await rooms.clock.pass(300_000);
    expect((await services.batches.get(batch, rooms.caller)).counts).toMatchObject({ failed: 1, succeeded: 3 });
    const how = { tool: 'resubmit_job', confirmed: false, acceptPossibleCharge: false } as const;
    const { told, asked } = await afterTwoMinutes((call) => retryItems(batch, services, call, how));
    expect({ told, asked }).toMatchObject({ told: 1, asked: [{ text: expect.stringMatching(/would charge twice/) }] });
  });
});
