import { describe, expect, test } from 'vitest';
import { Problem } from '../../../src/shared/errors.ts';
import { confirmSpending, type Spending } from '../../../src/tools/definition/confirmation.ts';
import type { Consent, Question } from '../../../src/tools/definition/consent.ts';
import { DeclinedQuestions, DECLINED_MINUTES } from '../../../src/tools/definition/declined-questions.ts';
import type { ToolCall } from '../../../src/tools/definition/define.ts';
import { tools } from '../../../src/tools/registry.ts';
import { callerNamed } from '../../support/callers.ts';
import { ManualClock } from '../../support/clocks/manual-clock.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

const ONE: Spending = {
  cost: { operations: 1, requests: 1, estimate: false },
  tool: 'generate_image',
  what: 'a fox',
  call: 'fox',
  confirmed: false,
};

/** What comes of a spending under a limit, when the person says this; and what the person was asked. */
async function outcome(
  spending: Spending,
  confirmOver: number | undefined,
  consent?: Consent,
  more: Partial<Pick<ToolCall, 'declined' | 'isTypedByPerson'>> = {},
) {
  const asked: string[] = [];
  const ask = async ({ text }: Question) => {
    asked.push(text);
    return consent ?? 'dismissed';
  };
  const settings = { ...SETTINGS, confirmOver };
  const call = { settings, caller: callerNamed('anna', 'one'), ask: consent === undefined ? undefined : ask, ...more };
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
    ['declined', 'came back declined', /Do not repeat.*5 minutes/],
    ['dismissed', 'closed without an answer', /Ask the user.*the question then comes again/],
    ['unticked', 'without its box ticked', /Ask the user.*the question then comes again/],
    ['unanswered', 'not answered in time', /Ask the user.*the question then comes again.*FIREFLY_CONFIRM/],
    ['cannot_ask', 'cannot ask the user', /Ask the user.*confirm: true/],
    [undefined, 'cannot ask the user', /Ask the user.*confirm: true/],
  ] as const)('spends nothing after the answer %s, and names the next step', async (consent, why, next) => {
    const { problem } = await outcome({ ...ONE, cost: { operations: 3, requests: 1, estimate: false } }, 0, consent);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({
      code: 'confirmation_required',
      actor: 'caller',
      next: expect.stringMatching(next),
    });
    // No sentence says that a person has declined: the client may have answered by itself.
    expect(String(problem)).not.toMatch(/user (has )?declined/);
    expect(String(problem)).toMatch(/would spend 3 operations \(1 request\).*Nothing was spent/);
    expect(String(problem)).toContain(why);
  });

  test.each(['declined', 'dismissed', 'unticked', 'unanswered'] as const)(
    'asks where the client can, though the call says confirm: true, and the answer %s counts',
    async (consent) => {
      const { problem, asked } = await outcome({ ...ONE, confirmed: true }, 0, consent);
      expect(problem).toMatchObject({ code: 'confirmation_required' });
      expect(problem).toMatchObject({ next: expect.not.stringContaining('confirm: true') });
      expect(asked).toHaveLength(1);
    },
  );

  test.each([undefined, 'cannot_ask'] as const)(
    'takes confirm: true where the client cannot ask (%s)',
    async (consent) => {
      expect((await outcome({ ...ONE, confirmed: true }, 0, consent)).problem).toBeUndefined();
      expect((await outcome(ONE, 0, consent)).problem).toMatchObject({ code: 'confirmation_required' });
    },
  );

  test('takes confirm: true of a person at the terminal without a question', async () => {
    const { problem, asked } = await outcome({ ...ONE, confirmed: true }, 0, 'declined', { isTypedByPerson: true });
    expect(problem).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test('refuses a declined call for some minutes without a question, and no other call', async () => {
    const clock = new ManualClock();
    const declined = new DeclinedQuestions(clock);
    expect((await outcome(ONE, 0, 'declined', { declined })).asked).toHaveLength(1);
    const repeated = await outcome({ ...ONE, confirmed: true }, 0, 'given', { declined });
    expect(repeated.asked).toEqual([]);
    expect(repeated.problem).toMatchObject({ code: 'confirmation_required', next: expect.stringMatching(/^Do not/) });
    expect((await outcome({ ...ONE, call: 'hare' }, 0, 'given', { declined })).problem).toBeUndefined();
    clock.advance(DECLINED_MINUTES * 60_000);
    expect((await outcome(ONE, 0, 'given', { declined })).problem).toBeUndefined();
  });

  test('names a possible second charge in question and box', async () => {
    const questions: Question[] = [];
    const ask = async (question: Question) => {
      questions.push(question);
      return 'given' as const;
    };
    const call = { settings: { ...SETTINGS, confirmOver: 0 }, caller: callerNamed('anna', 'one'), ask };
    await confirmSpending({ ...ONE, mayChargeTwice: true }, call);
    expect(questions).toEqual([
      {
        act: 'spend',
        text: expect.stringMatching(/may have charged.*twice/),
        box: expect.stringMatching(/even if Adobe charges twice/),
        mark: ONE.call,
      },
    ]);
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
  test('have the argument confirm, and besides them the tool that deletes', () => {
    const paid = tools.filter(({ intent }) => intent === 'create').map(({ name }) => name);
    const withConfirm = tools.filter(({ input }) => 'confirm' in input.shape).map(({ name }) => name);
    expect(withConfirm.toSorted()).toEqual([...paid, 'delete_images'].toSorted());
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

  test('that attach to an unfinished job spend nothing, and nobody is asked', async () => {
    await using rooms = await TestRooms.open({ settings: { confirmOver: 0 } });
    rooms.adobe.durationMs = 120_000;
    await rooms.answer('generate_image', { prompt: 'a fox', confirm: true, wait_seconds: 10 });
    const again = await rooms.answer('generate_image', { prompt: 'a fox', wait_seconds: 1 });
    expect(again).toMatchObject({ isError: false, structured: { attached: true } });
    expect(rooms.adobe.submits).toHaveLength(1);
  });
});
