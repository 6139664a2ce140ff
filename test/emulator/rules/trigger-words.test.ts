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

/** Submits two pictures, and reads the status when the given time has passed. */
async function after(ms: number, prompt: string) {
  const links = linksIn(await session.v3({ prompt, seeds: [1, 2] }));
  session.clock.advance(ms);
  const answer = await session.get(links.statusUrl);
  return { ...links, answer, body: answer.json };
}

describe('words that refuse at submit', () => {
  test.each([
    ['[unsafe]', 'prompt_unsafe'],
    ['[entity]', 'prompt_entity_denied'],
  ])('%s: 422 without words on v3, 451 with them on v4', async (word, error_code) => {
    const prompt = `a ${word.toUpperCase()} thing`;
    const [v3, v4] = [await session.v3({ prompt }), await session.v4({ prompt })];
    expect([v3.status, v3.json]).toEqual([422, { error_code }]);
    expect([v4.status, v4.json]).toEqual([451, { error_code, ...REFUSED }]);
  });

  test.each([
    ['[no-quota]', 'quota_exhausted'],
    ['[no-access]', 'user_non_entitled'],
  ])('%s: 403 with the reason in a header', async (prompt, why) => {
    const answer = await session.v3({ prompt });
    expect([answer.status, answer.json]).toEqual([403, { error_code: 'access_error' }]);
    expect(answer.headers.get('x-access-error')).toBe(why);
  });

  test('create no job', async () => {
    const before = session.emulator.control.jobs().length;
    for (const prompt of SUBMIT_WORDS) await session.v3({ prompt });
    expect(session.emulator.control.jobs()).toHaveLength(before);
  });
});

describe('words that decide how a job ends', () => {
  test.each([
    ['[fail]', { status: 'failed', error_code: 'output_media_unsafe', message: expect.any(String) as string }],
    ['[crash]', { status: 'failed', error_code: 'runtime_error', message: expect.any(String) as string }],
    ['[timeout]', { status: 'timeout', error_code: 'job_timeout', message: 'The job timed out.' }],
  ])('%s: runs its time, then HTTP 200 with the reason', async (prompt, expected) => {
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
  ])('%s: succeeds with %i of two pictures', async (prompt, count, marks) => {
    const { answer, body } = await after(1_000, prompt);
    expect(body).toMatchObject({ status: 'succeeded', result: marks });
    expect(urlsIn(answer)).toHaveLength(count);
    const { result } = body as { result: object };
    expect(Object.keys(result).filter((key) => key.startsWith('promptHas'))).toEqual(Object.keys(marks));
  });

  test('[slow] takes ten times as long', async () => {
    const { statusUrl, body } = await after(9_999, '[slow]');
    expect(body).toMatchObject({ status: 'running' });
    session.clock.advance(1);
    expect((await session.get(statusUrl)).json).toMatchObject({ status: 'succeeded' });
  });

  test('[stuck] runs on, and can be cancelled', async () => {
    const { cancelUrl, statusUrl, body } = await after(3_600_000, '[stuck]');
    expect(body).toMatchObject({ status: 'running', progress: 99 });
    expect((await session.put(cancelUrl)).status).toBe(200);
    expect((await session.get(statusUrl)).json).toMatchObject({ status: 'cancel_pending' });
  });

  test('[no-cancel] cannot be cancelled, and goes on', async () => {
    const { cancelUrl, statusUrl } = await after(500, '[no-cancel]');
    const answer = await session.put(cancelUrl);
    const refused = { error_code: 'job_cancel_failed', message: 'The job failed to cancel.' };
    expect([answer.status, answer.json]).toEqual([409, refused]);
    session.clock.advance(500);
    expect((await session.get(statusUrl)).json).toMatchObject({ status: 'succeeded' });
  });

  test('two words work together', async () => {
    const { statusUrl } = await after(1_000, '[slow] [empty]');
    session.clock.advance(9_000);
    expect((await session.get(statusUrl)).json).toMatchObject({ status: 'succeeded', result: { outputs: [] } });
  });
});

test('every word is tested here', () => {
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
