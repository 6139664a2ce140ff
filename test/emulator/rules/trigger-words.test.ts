import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TRIGGER_WORDS } from '../../../src/emulator/index.ts';
import { linksIn, openSession, urlsIn, type Session } from '../raw.ts';

let session: Session;
beforeAll(async () => {
  session = await openSession({ latencyMs: 1_000 });
});
afterAll(() => session.close());

const REFUSED = { message: 'The prompt did not pass content policy checks.' };
const SUBMIT_WORDS = ['[unsafe]', '[entity]', '[no-quota]', '[no-access]'];

/** Submits a job of two pictures and reads its status after the given time. */
async function after(ms: number, prompt: string) {
  const links = linksIn(await session.v3({ prompt, seeds: [1, 2] }));
  session.clock.advance(ms);
  const answer = await session.get(links.statusUrl);
  return { ...links, answer, body: answer.json };
}

describe('a word that refuses the submit', () => {
  test.each([
    ['[unsafe]', 'prompt_unsafe'],
    ['[entity]', 'prompt_entity_denied'],
  ])('is answered with 422 and no message on v3, with 451 and a message on v4: %s', async (word, error_code) => {
    const prompt = `a ${word.toUpperCase()} thing`;
    const [v3, v4] = [await session.v3({ prompt }), await session.v4({ prompt })];
    expect([v3.status, v3.json]).toEqual([422, { error_code }]);
    expect([v4.status, v4.json]).toEqual([451, { error_code, ...REFUSED }]);
  });

  test.each([
    ['[no-quota]', 'quota_exhausted'],
    ['[no-access]', 'user_non_entitled'],
  ])('is answered with 403 and the reason in a header: %s', async (prompt, why) => {
    const answer = await session.v3({ prompt });
    expect([answer.status, answer.json]).toEqual([403, { error_code: 'access_error' }]);
    expect(answer.headers.get('x-access-error')).toBe(why);
  });

  test('creates no job', async () => {
    const before = session.emulator.control.jobs().length;
    for (const prompt of SUBMIT_WORDS) await session.v3({ prompt });
    expect(session.emulator.control.jobs()).toHaveLength(before);
  });
});

describe('a word that decides the end of a job', () => {
  test.each([
    ['[fail]', { status: 'failed', error_code: 'output_media_unsafe', message: expect.any(String) as string }],
    ['[crash]', { status: 'failed', error_code: 'runtime_error', message: expect.any(String) as string }],
    ['[timeout]', { status: 'timeout', error_code: 'job_timeout', message: 'The job timed out.' }],
  ])('lets it fail after its usual time: %s', async (prompt, expected) => {
    const early = await after(900, prompt);
    expect(early.body).toMatchObject({ status: 'running' });
    session.clock.advance(100);
    const late = await session.get(early.statusUrl);
    expect([late.status, late.json]).toEqual([200, { ...expected, jobId: early.jobId }]);
  });

  test.each([
    ['[empty]', 0, { promptHasDeniedWords: true }],
    ['[partial]', 1, {}],
    ['[artist]', 2, { promptHasBlockedArtists: true }],
    ['[nothing of ours]', 2, {}],
  ])('lets it succeed: %s with %i of two pictures', async (prompt, count, marks) => {
    const { answer, body } = await after(1_000, prompt);
    expect(body).toMatchObject({ status: 'succeeded', result: marks });
    expect(urlsIn(answer)).toHaveLength(count);
    const { result } = body as { result: object };
    expect(Object.keys(result).filter((key) => key.startsWith('promptHas'))).toEqual(Object.keys(marks));
  });

  test('makes it take ten times as long: [slow]', async () => {
    const { statusUrl, body } = await after(9_999, '[slow]');
    expect(body).toMatchObject({ status: 'running' });
    session.clock.advance(1);
    expect((await session.get(statusUrl)).json).toMatchObject({ status: 'succeeded' });
  });

  test('lets it run until it is cancelled: [stuck]', async () => {
    const { cancelUrl, statusUrl, body } = await after(3_600_000, '[stuck]');
    expect(body).toMatchObject({ status: 'running', progress: 99 });
    expect((await session.put(cancelUrl)).status).toBe(200);
    expect((await session.get(statusUrl)).json).toMatchObject({ status: 'cancel_pending' });
  });

  test('makes it impossible to cancel: [no-cancel]', async () => {
    const { cancelUrl, statusUrl } = await after(500, '[no-cancel]');
    const answer = await session.put(cancelUrl);
    const refused = { error_code: 'job_cancel_failed', message: 'The job failed to cancel.' };
    expect([answer.status, answer.json]).toEqual([409, refused]);
    session.clock.advance(500);
    expect((await session.get(statusUrl)).json).toMatchObject({ status: 'succeeded' });
  });

  test('works together with another one', async () => {
    const { statusUrl } = await after(1_000, '[slow] [empty]');
    session.clock.advance(9_000);
    expect((await session.get(statusUrl)).json).toMatchObject({ status: 'succeeded', result: { outputs: [] } });
  });
});

test('every trigger word is tested here', () => {
  const tested = [
    '[fail]',
    '[crash]',
    '[timeout]',
    '[empty]',
    '[partial]',
    '[artist]',
    '[slow]',
    '[stuck]',
    '[no-cancel]',
  ];
  expect(Object.keys(TRIGGER_WORDS).toSorted()).toEqual([...SUBMIT_WORDS, ...tested].toSorted());
});
