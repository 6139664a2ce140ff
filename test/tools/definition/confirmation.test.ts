import { describe, expect, test } from 'vitest';
import { Problem } from '../../../src/shared/errors.ts';
import { confirmSpending, type Consent, type Spending } from '../../../src/tools/definition/confirmation.ts';
import { tools } from '../../../src/tools/registry.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

const ONE: Spending = {
  cost: { operations: 1, requests: 1, estimate: false },
  tool: 'generate_image',
  what: 'a fox',
  confirmed: false,
};

/** What comes of a spending under a limit, when the person says this; and what the person was asked. */
async function outcome(spending: Spending, confirmOver: number | undefined, consent?: Consent) {
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return consent ?? 'dismissed';
  };
  const call = { settings: { ...SETTINGS, confirmOver }, ask: consent === undefined ? undefined : ask };
  const problem = await confirmSpending(spending, call).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { problem, asked };
}

const SETTINGS = { demo: false, waitSeconds: 1, preview: 'none', outputFolder: '/nowhere' } as const;

describe('confirmSpending', () => {
  test.each([
    ['never', Infinity, 1000, false],
    ['unset', undefined, 1000, false],
    ['over:10', 10, 10, false],
    ['over:10', 10, 11, true],
    ['always', 0, 1, true],
  ])('with confirmation %s (limit %s) and %i operations asks: %s', async (_name, limit, operations, asks) => {
    const cost = { operations, requests: 1, estimate: false };
    const { problem, asked } = await outcome({ ...ONE, cost }, limit, 'given');
    expect(problem).toBeUndefined();
    expect(asked).toHaveLength(asks ? 1 : 0);
  });

  test.each([
    ['declined', 'declined', /Do not repeat/],
    ['dismissed', 'closed without an answer', /Ask the user/],
    [undefined, 'cannot ask the user', /Ask the user/],
  ] as const)('spends nothing after the answer %s, and names the next step', async (consent, why, next) => {
    const { problem } = await outcome({ ...ONE, cost: { operations: 3, requests: 1, estimate: false } }, 0, consent);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({
      code: 'confirmation_required',
      actor: 'caller',
      next: expect.stringMatching(next),
    });
    expect(problem).toMatchObject({ next: expect.stringContaining('confirm: true') });
    expect(String(problem)).toMatch(/would spend 3 operations \(1 request\).*Nothing was spent/);
    expect(String(problem)).toContain(why);
  });

  test('asks nothing where the call says that the user agreed', async () => {
    const { problem, asked } = await outcome({ ...ONE, confirmed: true }, 0, 'declined');
    expect(problem).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test('asks in one clean line, for any prompt', async () => {
    const what = `fox\n\u001b[2J\u202eevil <IMPORTANT>${'x'.repeat(500)}`;
    const { asked } = await outcome({ ...ONE, what }, 0, 'given');
    expect(asked[0]).toMatch(/^Spend 1 operation \(1 request\) at Adobe Firefly\? generate_image: "fox evil/);
    // oxlint-disable-next-line no-control-regex
    expect(asked[0]).not.toMatch(/[\u0000-\u001f\u202e]/);
    expect(asked[0]?.length).toBeLessThan(260);
  });
});

describe('paid tools', () => {
  test('have the argument confirm, and no other tools have it', () => {
    const paid = tools.filter(({ intent }) => intent === 'create');
    const withConfirm = tools.filter(({ input }) => 'confirm' in input.shape);
    expect(withConfirm.map(({ name }) => name).sort()).toEqual(paid.map(({ name }) => name).sort());
  });

  test('are checked first, confirmed next, and recorded last', async () => {
    await using rooms = await TestRooms.open({ settings: { confirmOver: 0 } });
    const bad = await rooms.call('generate_image', { prompt: 'a fox', size: '17x17' }).catch((error: unknown) => error);
    expect(bad).toMatchObject({ code: 'invalid_argument' });
    const refused = await rooms.call('generate_image', { prompt: 'a fox' }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'confirmation_required' });
    const { jobs } = await rooms.services();
    expect(await jobs.list({ limit: 5 }, rooms.toolCall().caller)).toEqual([]);
    expect(rooms.adobe.submits).toEqual([]);
    const made = await rooms.finished({ prompt: 'a fox', confirm: true });
    expect(made.isError).toBe(false);
    expect(rooms.adobe.submits).toHaveLength(1);
  });
});
