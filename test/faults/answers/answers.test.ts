import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobView } from '../../../src/jobs/model/types.ts';
import { onePixel } from '../../support/doubles/scripted-adobe.ts';
import { AnsweringAdobe, type Script } from './answering-adobe.ts';
import { allEnded, allStarted, type Ended, verdict } from './ended.ts';
import {
  code,
  EMPTY_SUCCESSES,
  html,
  json,
  MOVED_RESULTS,
  ODD_ACCEPTS,
  ODD_DOWNLOADS,
  ODD_SUCCESSES,
  SHAPES,
} from './shapes.ts';

const MINUTE = 60_000;

let adobe: AnsweringAdobe;
beforeAll(async () => {
  adobe = await AnsweringAdobe.open();
});
afterAll(() => adobe[Symbol.asyncDispose]());

const ended = (scripts: Readonly<Record<string, Script>>) => allEnded(adobe, scripts);
const started = (scripts: Readonly<Record<string, Script>>) => allStarted(adobe, scripts);

const shapes = (phase: keyof NonNullable<Script['answers']>, rest: Script = {}) =>
  Object.fromEntries(
    Object.entries(SHAPES).map(([name, answer]) => [`${phase}: ${name}`, { answers: { [phase]: [answer] }, ...rest }]),
  );
const table = (all: ReadonlyMap<string, Ended>) =>
  Object.fromEntries([...all].map(([name, each]) => [name.replace(/^\w+: /, ''), verdict(each)]));

test('a status answer that is not Adobe’s word on the job is asked for again, and no picture is lost', async () => {
  const all = await ended({ ...shapes('status'), 'status: reset': { answers: { status: ['reset'] } } });
  for (const [name, each] of all) expect([name, verdict(each)]).toEqual([name, 'succeeded']);
  for (const [name, each] of all) expect([name, each.adobe.seen.submit]).toEqual([name, 1]);
});

test('a download answer that is no picture is asked for again', { tags: 'long' }, async () => {
  for (const [name, each] of await ended(shapes('download'))) {
    expect([name, verdict(each)]).toEqual([name, 'succeeded']);
  }
});

test('a submit ends as refused by Adobe’s own words only, and is never repeated', async () => {
  const all = await ended(shapes('submit'));
  for (const [name, each] of all) expect([name, each.adobe.seen.submit]).toEqual([name, 1]);
  const refused = Object.entries(table(all)).filter(([, state]) => state !== 'submit_unknown outcome_unknown');
  expect(Object.fromEntries(refused)).toEqual({
    'nothing, 404': 'failed model_not_available',
    'bad_request, 400': 'failed invalid_request',
    'access_error, 403': 'failed not_entitled',
    'a gateway, 404': 'failed model_not_available',
    'validation_error, 422': 'failed invalid_request',
    'FastAPI, 422': 'failed invalid_request',
    'legal text, 451': 'failed content_policy',
  });
});

test('an upload meets each answer before anything is paid', { tags: 'long' }, async () => {
  const scripts = Object.entries(shapes('upload', { uploads: true }));
  const all = new Map<string, Ended>();
  for (const [name, script] of scripts) {
    for (const [key, each] of await ended({ [name]: script })) all.set(key, each);
  }
  for (const [name, each] of all) {
    const paid = each.job.state === 'succeeded' ? 1 : undefined;
    expect([name, each.adobe.seen.submit]).toEqual([name, paid]);
  }
  const failed = Object.entries(table(all)).filter(([, state]) => state !== 'succeeded');
  expect(Object.fromEntries(failed)).toEqual({
    'nothing, 404': 'failed not_found',
    'bad_request, 400': 'failed invalid_request',
    'access_error, 403': 'failed not_entitled',
    'a gateway, 404': 'failed not_found',
    'validation_error, 422': 'failed invalid_request',
    'FastAPI, 422': 'failed invalid_request',
    'legal text, 451': 'failed content_policy',
  });
});

describe('a status that stays so', () => {
  test('keeps the job until the deadline of an hour, and is called what it is', { tags: 'long' }, async () => {
    const lasting = (answer: Script['answers']): Script => ({ answers: answer ?? {}, lasting: ['status'] });
    const scripts: Record<string, Script> = {
      ...Object.fromEntries(
        Object.entries(SHAPES).map(([name, answer]) => [`lasting: ${name}`, lasting({ status: [answer] })]),
      ),
      ...Object.fromEntries(
        Object.entries(EMPTY_SUCCESSES).map(([name, rest]) => [
          `success: ${name}`,
          lasting({ status: [json(200, { status: 'succeeded', ...rest })] }),
        ]),
      ),
      'lasting: unknown_job_id': lasting({ status: [code(404, 'unknown_job_id')] }),
    };
    const jobs = await started(scripts);
    const states = async (waitMs: number) => {
      const views: (readonly [string, JobView])[] = [];
      await adobe.clock.run(adobe.clock.sleep(waitMs));
      for (const [name, { job }] of jobs) views.push([name, await adobe.waitFor(job, 0)]);
      return new Map(views);
    };
    for (const [name, { state }] of await states(MINUTE)) {
      expect([name, state === 'accepted' || state === 'running']).toEqual([name, true]);
    }
    adobe.clock.jump(40 * MINUTE);
    const late = await states(MINUTE / 2);
    for (const [name, { state, problem }] of late) {
      const goesOn = name.includes('unknown_job_id') ? 'failed' : 'accepted';
      expect([name, state]).toEqual([name, goesOn]);
      expect([name, problem?.next]).toEqual([name, expect.not.stringMatching(/Nothing was|Reword/)]);
    }
    adobe.clock.jump(30 * MINUTE);
    const last = await states(MINUTE / 2);
    for (const [name, { problem }] of last) {
      const wanted = name.startsWith('success')
        ? 'result_unreadable'
        : name.includes('unknown_job_id')
          ? 'job_unknown_at_adobe'
          : 'timeout';
      expect([name, problem?.code]).toEqual([name, wanted]);
    }
    const unreadable = last.get('success: an output with an id only');
    expect(unreadable?.problem?.upstream).toContain('urn:1');
    expect(adobe.lines.join('')).toMatch(/"result_unreadable".*result\.outputs\[\]\.name/);
  });
});

test('a result in an undocumented place is taken', async () => {
  const scripts = Object.fromEntries(
    Object.entries(MOVED_RESULTS).map(([name, at]): [string, Script] => [
      `moved: ${name}`,
      // Asked again, it would be found in the documented place.
      { answers: { status: [({ url }) => json(200, { status: 'succeeded', ...at(url) })] }, lasting: ['status'] },
    ]),
  );
  for (const [name, each] of await ended(scripts)) expect([name, each.job.images.length]).toEqual([name, 1]);
});

test('an answer that accepts a job in no documented form names it nevertheless', async () => {
  const scripts = Object.fromEntries(
    Object.entries(ODD_ACCEPTS).map(([name, accept]): [string, Script] => [
      `accept: ${name}`,
      { answers: { submit: [({ handle }) => accept(handle)] } },
    ]),
  );
  for (const [name, each] of await ended(scripts)) {
    expect([name, verdict(each), each.adobe.seen.submit]).toEqual([name, 'succeeded', 1]);
  }
});

test('an answer with the result in no documented form is read, whatever it calls the state', async () => {
  const scripts = Object.fromEntries(
    Object.entries(ODD_SUCCESSES).map(([name, answer]): [string, Script] => [
      `success: ${name}`,
      { answers: { status: [({ url }) => answer(url)] }, lasting: ['status'] },
    ]),
  );
  for (const [name, { job }] of await ended(scripts)) {
    expect([name, job.state, job.images.map(({ facts }) => facts.seed)]).toEqual([name, 'succeeded', [3]]);
    const isError = name === 'success: failed' || name === 'success: timed out';
    const told = expect.stringMatching(/^Adobe named an error beside the result, which is kept: /) as string;
    expect([name, job.warnings]).toEqual([name, isError ? [told] : []]);
  }
});

test('a picture that comes whole is kept, whatever its answer says of it', async () => {
  const scripts = Object.fromEntries(
    Object.entries(ODD_DOWNLOADS).map(([name, answer], place): [string, Script] => [
      `download: ${name}`,
      { answers: { download: [() => answer(Buffer.from(onePixel(40 + place)))] }, lasting: ['download'] },
    ]),
  );
  for (const [name, each] of await ended(scripts)) {
    expect([name, verdict(each), each.adobe.seen.download]).toEqual([name, 'succeeded', 1]);
  }
});

test('a state that nobody knows keeps what it shows for the deadline, and its job goes on until then', async () => {
  const shown = (url: string) => json(200, { status: 'partly', result: { outputs: [{ image: { url } }] } });
  const { job } = await adobe.enqueue('partly', {
    count: 2,
    answers: { status: [({ url }) => shown(url)] },
    lasting: ['status'],
  });
  expect(await adobe.waitFor(job, 3 * MINUTE)).toMatchObject({ state: 'running' });
  expect(await adobe.waitFor(job)).toMatchObject({ state: 'succeeded', images: { length: 1 } });
});

test('an answer that accepts nothing and names an error leaves the outcome unknown, in Adobe’s words', async () => {
  const answers = { submit: [code(200, 'runtime_error', 'The backend is away.')] };
  const { job } = (await ended({ 'error with 200': { answers } })).get('error with 200') as Ended;
  expect(job).toMatchObject({
    state: 'submit_unknown',
    problem: {
      upstream: 'runtime_error; The backend is away.',
      message: expect.stringContaining('HTTP 200') as string,
    },
  });
});

test('a status answer that names content policy or a failure ends the job at once', async () => {
  const says = (status: number, body: object): Script => ({ answers: { status: [json(status, body)] }, takes: 60_000 });
  const all = await ended({
    'word: policy, 200': says(200, { status: 'failed', error_code: 'output_media_unsafe' }),
    'word: policy, 451': says(451, { error_code: 'prompt_unsafe' }),
    'word: denied words': says(200, { status: 'succeeded', result: { outputs: [], promptHasDeniedWords: true } }),
    'word: unsafe outputs': says(200, { status: 'succeeded', result: { outputs: [{ error_code: 'image_unsafe' }] } }),
    'word: unreadable picture': says(200, { status: 'failed', error_code: 'input_media_indecipherable' }),
    'word: language': says(200, { status: 'failed', error_code: 'language_not_supported' }),
    'word: failed': says(200, { status: 'failed' }),
    'word: timeout': says(200, { status: 'timeout' }),
    'word: cancelled': says(200, { status: 'canceled' }),
  });
  expect(table(all)).toEqual({
    'policy, 200': 'failed content_policy',
    'policy, 451': 'failed content_policy',
    'denied words': 'failed content_policy',
    'unsafe outputs': 'failed content_policy',
    'unreadable picture': 'failed undecodable_picture',
    language: 'failed invalid_request',
    failed: 'failed adobe_error',
    timeout: 'failed timeout',
    cancelled: 'cancelled',
  });
  for (const name of ['word: unreadable picture', 'word: language']) {
    expect(all.get(name)?.job.problem?.actor).toBe('caller');
  }
});

test('two of four pictures are kept, and why the others are missing is said', async () => {
  const half: Script = {
    count: 4,
    answers: {
      status: [
        ({ url }) => {
          const unsafe = { error_code: 'output_media_unsafe' };
          return json(200, {
            status: 'succeeded',
            result: { outputs: [{ image: { url } }, unsafe, { image: { url } }, unsafe] },
          });
        },
      ],
    },
  };
  const job = (await ended({ half })).get('half')?.job;
  expect(job).toMatchObject({ state: 'succeeded', images: { length: 2 } });
  expect(job?.warnings.join()).toMatch(/2 of 4 pictures were not made: Adobe's content policy refused the result/);
});

test('a status link that cannot be reached is left for the API’s own route, and the picture is fetched', async () => {
  const all = await ended({ away: { link: 'http://127.0.0.1:9' }, 'shard resets': { answers: { status: ['reset'] } } });
  // The link's origin is not trusted with the token, the id leads to the API.
  expect(verdict(all.get('away') as Ended)).toBe('succeeded');
  expect(all.get('away')?.adobe.asked).toContain('status api');
  expect(verdict(all.get('shard resets') as Ended)).toBe('succeeded');
});

test('both ways to a status are asked in turn while none answers', async () => {
  const answers = { status: Array.from({ length: 6 }, () => html(503)) };
  const asked = (await ended({ turns: { answers } }))
    .get('turns')
    ?.adobe.asked.filter((each) => each.startsWith('status'));
  expect(asked?.slice(0, 7)).toEqual([
    'status shard',
    'status api',
    'status shard',
    'status api',
    'status shard',
    'status api',
    'status shard',
  ]);
});

test('a cancel that Adobe refuses is told with its reason, and the pictures are kept', { tags: 'long' }, async () => {
  const refusals = { 409: 'job_cancel_failed', 403: 'access_error', 422: 'validation_error', 500: 'runtime_error' };
  for (const [status, reason] of Object.entries(refusals)) {
    const name = `cancel ${status}`;
    const answers = { cancel: [code(Number(status), reason)] };
    const { job } = await adobe.enqueue(name, { answers, lasting: ['cancel'], takes: 40_000 });
    await adobe.waitFor(job, 3_000);
    await adobe.cancel(job);
    const told = await adobe.waitFor(job, 10_000);
    expect(told).toMatchObject({ cancelling: true, problem: { code: 'cancel_refused', upstream: reason } });
    const done = await adobe.waitFor(job);
    expect(done).toMatchObject({ state: 'succeeded', cancelRefused: true });
    expect(done.warnings.join()).toMatch(/The cancel was refused/);
  }
});

test('a cancel for which a page of a proxy comes is told while the job goes on, and at its end', async () => {
  const answers = { cancel: [html(405)] };
  const { job } = await adobe.enqueue('cancel by a proxy', { answers, lasting: ['cancel'], takes: 40_000 });
  await adobe.waitFor(job, 3_000);
  await adobe.cancel(job);
  const told = await adobe.waitFor(job, 10_000);
  expect(told).toMatchObject({ cancelling: true, problem: { code: 'cancel_refused' } });
  expect(told.problem?.message).toContain('did not reach Adobe');
  expect(await adobe.waitFor(job)).toMatchObject({ state: 'succeeded', cancelRefused: true });
});

test('a cancel that Adobe confirms with an empty JSON value is sent once', async () => {
  for (const body of ['null', '{}', '']) {
    const { job, adobe: seen } = await adobe.enqueue(`confirmed ${body}`, {
      answers: { cancel: [{ status: 200, body }], status: [json(200, { status: 'running' })] },
      takes: 30_000,
    });
    await adobe.waitFor(job, 3_000);
    await adobe.cancel(job);
    await adobe.waitFor(job);
    expect([body, seen.seen.cancel]).toEqual([body, 1]);
  }
});

test('a lasting 429 is said in the job, and a quota that does not pass is told apart', { tags: 'long' }, async () => {
  const limited = (error_code: string) => json(429, { error_code }, { 'retry-after': '20' });
  const { job } = await adobe.enqueue('limited', { answers: { submit: [limited('429050')] }, lasting: ['submit'] });
  const early = await adobe.waitFor(job, 30_000);
  expect(early.problem).toMatchObject({ code: 'rate_limited' });
  const late = await adobe.waitFor(job, 20 * MINUTE);
  expect(late).toMatchObject({ state: expect.stringMatching(/queued|preparing/), cost: { requests: 0 } });
  expect((await said(job)).code).toBe('quota_exhausted');
  await adobe.waitFor(await adobe.cancel(job));
  const used = await adobe.enqueue('used up', { answers: { submit: [limited('429001')] } });
  expect((await said(used.job)).code).toBe('quota_exhausted');
  expect(await adobe.waitFor(used.job)).toMatchObject({ state: 'succeeded', problem: undefined });
});

/** The next problem that an unfinished job shows. */
async function said(job: JobView): Promise<{ readonly code?: string }> {
  for (let waits = 0; waits < 200; waits += 1) {
    const { problem } = await adobe.waitFor(job, 1_000);
    if (problem) return problem;
  }
  return {};
}
