import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, openSession, type RawAnswer, type Session } from '../emulator/raw.ts';
import { openApi } from './openapi.ts';

let session: Session;
let spec: Session;
beforeAll(async () => {
  session = await openSession({ modelDates: 'iso' });
  spec = await openSession({ modelDates: 'iso', schemaErrors: 'spec' });
});
afterAll(async () => {
  await session.close();
  await spec.close();
});

const V3 = 'generateImagesV3Async';
const V4 = 'firefly_image_v5_generate_async_v4';
const STATUS = 'jobResultV3';
const CANCEL = 'cancelJobV4';
const MODELS = 'getCustomModels';

const faults = (operation: string, { status, text, json }: RawAnswer) =>
  openApi.answerFaults(operation, status, text === '' ? undefined : json);

/** Submits to v3 and returns the job's status or cancel link. */
async function linkOf(kind: 'status' | 'cancel', prompt = 'a'): Promise<string> {
  const answer = (await session.v3({ prompt })).json as { statusUrl: string; cancelUrl: string };
  return kind === 'status' ? answer.statusUrl : answer.cancelUrl;
}

async function statusAt(ms: number, prompt: string): Promise<RawAnswer> {
  const url = await linkOf('status', prompt);
  session.clock.advance(ms);
  return session.get(url);
}

async function cancelled(reads: number): Promise<RawAnswer> {
  const url = await linkOf('status');
  await session.put(url.replace('/status/', '/cancel/'));
  let answer = await session.get(url);
  for (let read = 1; read < reads; read += 1) answer = await session.get(url);
  return answer;
}

const v4Links = async (prompt: string) => {
  const answer = (await session.v4({ prompt })).json as { links: { result: { href: string } } };
  session.clock.advance(2_000);
  return session.get(answer.links.result.href);
};

describe('compared with the facts of Adobe’s document', () => {
  test.each<[string, string, number, () => Promise<RawAnswer>]>([
    ['v3 accepted', V3, 202, () => session.v3({ prompt: 'a' })],
    ['v3 with four seeds', V3, 202, () => session.v3({ prompt: 'a', seeds: [1, 2, 3, 4] })],
    ['v4 accepted', V4, 200, () => session.v4({ prompt: 'a' })],
    ['pending', STATUS, 200, () => statusAt(0, 'a')],
    ['running', STATUS, 200, () => statusAt(1_000, 'a')],
    ['succeeded', STATUS, 200, () => statusAt(2_000, 'a')],
    ['succeeded, v4', STATUS, 200, () => v4Links('a')],
    ['failed', STATUS, 200, () => statusAt(2_000, '[fail]')],
    ['timeout', STATUS, 200, () => statusAt(2_000, '[timeout]')],
    ['succeeded with nothing', STATUS, 200, () => statusAt(2_000, '[empty]')],
    ['cancel_pending', STATUS, 200, () => cancelled(1)],
    ['cancelled', STATUS, 200, () => cancelled(2)],
    ['cancel', CANCEL, 200, async () => session.put(await linkOf('cancel'))],
    ['custom models', MODELS, 200, () => session.get(`${session.emulator.apiOrigin}/v3/custom-models`)],
    [
      'a page of custom models',
      MODELS,
      200,
      () => session.get(`${session.emulator.apiOrigin}/v3/custom-models?start=0&limit=1`),
    ],
  ])('the answer is valid: %s', async (_name, operation, status, answer) => {
    const given = await answer();
    expect(given.status, given.text).toBe(status);
    expect(faults(operation, given)).toEqual([]);
  });

  test.each<[string, string, number, () => Promise<RawAnswer>]>([
    ['empty body', V3, 400, () => session.v3('')],
    ['schema error as seen live', V3, 400, () => session.v3({ prompt: '' })],
    ['schema error as documented', V3, 422, () => spec.v3({ prompt: '', contentClass: 'ART' })],
    ['size', V3, 400, () => session.v3({ prompt: 'a', size: { width: 1, height: 1 } })],
    ['v4 schema error', V4, 400, () => session.v4({})],
    ['v4 schema error as documented', V4, 422, () => spec.v4({ prompt: 'a', seeds: [1, 2] })],
    ['model header', V3, 422, () => session.v3({ prompt: 'a' }, { 'x-model-version': 'x' })],
    ['v4 prompt', V4, 451, () => session.v4({ prompt: '[unsafe]' })],
    ['content type', V3, 415, () => session.v3('a', { 'content-type': 'text/plain' })],
    ['unknown job', STATUS, 404, () => session.get(`${session.emulator.shardOrigin}/v3/status/${crypto.randomUUID()}`)],
    ['malformed job id', STATUS, 422, () => session.get(`${session.emulator.shardOrigin}/v3/status/1`)],
    [
      'cancel of an unknown job',
      CANCEL,
      404,
      () => session.put(`${session.emulator.shardOrigin}/v3/cancel/${crypto.randomUUID()}`),
    ],
    [
      'custom models, bad query',
      MODELS,
      400,
      () => session.get(`${session.emulator.apiOrigin}/v3/custom-models?limit=5`),
    ],
    ['custom models without a key', MODELS, 403, () => ask(`${session.emulator.apiOrigin}/v3/custom-models`)],
    ['status without a key', STATUS, 403, () => ask(`${session.emulator.shardOrigin}/v3/status/1`)],
    [
      'status with a bad token',
      STATUS,
      401,
      () =>
        ask(`${session.emulator.shardOrigin}/v3/status/1`, { headers: { ...session.auth, authorization: 'Bearer x' } }),
    ],
  ])('the refusal is valid: %s', async (_name, operation, status, answer) => {
    const given = await answer();
    expect(given.status, given.text).toBe(status);
    expect(faults(operation, given)).toEqual([]);
  });

  test('the answers to a cancel after the end, twice, and after a timeout are valid', async () => {
    const late = async (prompt: string) => {
      const url = await linkOf('cancel', prompt);
      session.clock.advance(2_000);
      return session.put(url);
    };
    const again = await linkOf('cancel');
    await session.put(again);
    const answers = [await late('a'), await session.put(again), await late('[timeout]')];
    expect(answers.map(({ status }) => status)).toEqual([409, 409, 410]);
    expect(answers.flatMap((answer) => faults(CANCEL, answer))).toEqual([]);
  });

  test('the answer over the quota is valid', async () => {
    const own = await openSession({ rpm: 1 });
    await own.v3({ prompt: 'a' });
    const answers = [await own.v3({ prompt: 'a' }), await own.v4({ prompt: 'a' })];
    await own.close();
    expect(answers.map(({ status }) => status)).toEqual([429, 429]);
    expect([faults(V3, answers[0] ?? never()), faults(V4, answers[1] ?? never())]).toEqual([[], []]);
  });

  test('every operation of the emulator is documented', () => {
    const known = new Set(Object.keys(openApi.operations));
    expect([V3, V4, STATUS, CANCEL, MODELS].filter((id) => !known.has(id))).toEqual([]);
  });
});

/** Answers in which the emulator follows live observations against the document. Rows that become valid must go. */
describe('against the document, as observed live', () => {
  test.each<[string, string, number, () => Promise<RawAnswer>]>([
    ['401 on v3 submits is not documented', V3, 401, () => session.v3({ prompt: 'a' }, { authorization: 'Bearer x' })],
    [
      'the gateway’s numeric codes are none of the documented ones',
      V3,
      403,
      () => session.v3({ prompt: 'a' }, { 'x-api-key': 'x' }),
    ],
    ['prompt_unsafe as 422 on v3', V3, 422, () => session.v3({ prompt: '[unsafe]' })],
  ])('the emulator answers: %s', async (_name, operation, status, answer) => {
    const given = await answer();
    expect(given.status).toBe(status);
    expect(faults(operation, given)).not.toEqual([]);
  });

  test('custom models have dates in milliseconds, as in Adobe’s sample', async () => {
    const own = await openSession();
    const answer = await own.get(`${own.emulator.apiOrigin}/v3/custom-models`);
    await own.close();
    const wrong = faults(MODELS, answer);
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.filter((fault) => !/(created|modified)Date/.test(fault))).toEqual([]);
  });
});

function never(): never {
  throw new Error('no answer');
}
