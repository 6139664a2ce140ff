import { describe, expect, test } from 'vitest';
import { EventStream } from '../../../src/apps/studio/bridge/event-stream.ts';
import { refusalOf } from '../../../src/apps/studio/model/acceptable-file.ts';
import { factsOf, kindOf, type Work } from '../../../src/apps/studio/model/answers.ts';
import { legalFor, seedsOf } from '../../../src/apps/studio/model/choices.ts';
import { daysOf, rangeOf } from '../../../src/apps/studio/model/days.ts';
import { outcomeOf } from '../../../src/apps/studio/model/outcome.ts';
import { priceOf } from '../../../src/apps/studio/model/price.ts';
import { jobOfCall } from '../../../src/apps/studio/session/jobs.ts';
import { hashOf, parseRoute } from '../../../src/apps/studio/session/route.ts';
import { textsFor } from '../../../src/apps/studio/text/en.ts';
import { formatsFor } from '../../../src/apps/studio/text/formats.ts';
import { costOf } from '../../../src/firefly/pricing.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const f = formatsFor('en-GB', () => NOW, 'UTC');
const t = textsFor(f);

test.each([
  ['generate_image', 'generateImagesV3Async', 4, ''],
  ['generate_image', 'generateImagesV4Async', 1, 'image5'],
  ['fill_image', 'fillImagesV3Async', 1, ''],
  ['expand_image', 'expandImagesV3Async', 1, ''],
  ['vary_image', 'generateSimilarImagesV3Async', 4, ''],
  ['upscale_image', 'preciseUpsamplerV3Async', 1, ''],
  ['edit_image', 'editImagesV4Async', 1, ''],
] as const)('the stub of %s says what %s is counted as', (tool, operation, count, model) => {
  expect(priceOf(tool, count, model)).toEqual(costOf({ operation, count }));
});

describe('an outcome says what happened and what it cost', () => {
  const cost = { operations: 2, requests: 1, estimate: false };
  const nothing = { operations: 0, requests: 0, estimate: false };
  const error = {
    code: 'content_policy',
    message: 'Refused.',
    who_can_act: 'caller',
    next: 'Reword the prompt. Call job_status.',
  } as const;

  test.each<readonly [Work, string, string]>([
    [{ state: 'submit_unknown', cost }, 'Adobe may have charged this', 'Unknown: 0 or 2 operations'],
    [{ state: 'failed', cost: nothing, error }, 'Adobe refused this prompt', 'Nothing was charged'],
    [
      { state: 'failed', cost, error: { ...error, code: 'timeout' } },
      'This did not work',
      'Adobe may charge 2 operations',
    ],
    [{ state: 'cancelled', cost: nothing }, 'Cancelled', 'Nothing was charged'],
  ])('%j', (work, title, money) => {
    expect(outcomeOf(work, t)).toMatchObject({ title, money });
  });

  test('and leaves out what only a model can do', () => {
    expect(outcomeOf({ state: 'failed', cost: nothing, error }, t)?.words).toBe('Refused. Reword the prompt.');
  });

  test('and names the settings that a person has to set', () => {
    const next = 'Set FIREFLY_CLIENT_ID, or start with --demo. Then try doctor, or call job_status.';
    const missing = { ...error, code: 'credentials_missing', message: 'No credentials.', next };
    expect(outcomeOf({ state: 'failed', cost: nothing, error: missing }, t)?.words).toBe(
      'No credentials. Set FIREFLY_CLIENT_ID, or start with --demo.',
    );
  });

  test('and a work that is well needs none', () => {
    expect(outcomeOf({ state: 'succeeded', cost }, t)).toBeUndefined();
  });
});

test('an error without structured content still has its words', () => {
  const { error } = factsOf({ isError: true, content: [{ type: 'text', text: 'No.' }] });
  expect(error?.message).toBe('No.');
});

test.each([
  [{ mask: 'img_m', made_for: 'img_a', images: [] }, 'mask'],
  [{ job: 'job_a', images: [] }, 'job'],
  [{ batch: 'batch_a', job: 'job_a' }, 'batch'],
  [{ quota: {}, jobs: [] }, 'overview'],
  [{ images: [] }, 'listing'],
] as const)('%j is a %s', (facts, kind) => expect(kindOf(facts)).toBe(kind));

test('events of a stream are found however it is cut', () => {
  const text = ': open\n\nevent: message\ndata: {"a":1}\n\ndata: x\r\ndata: y\r\n\r\n';
  for (let cut = 1; cut < text.length; cut += 1) {
    const stream = new EventStream();
    expect([...stream.push(text.slice(0, cut)), ...stream.push(text.slice(cut))]).toEqual(['{"a":1}', 'x\ny']);
  }
});

test.each(['#library', '#queue', '#new', '#img_abc1', '#job_abc1', '#paint/img_abc1', '#paint/img_abc1/img_def2'])(
  '%s names a place, and the place that address',
  (hash) => {
    const route = parseRoute(hash);
    expect(route && hashOf(route)).toBe(hash);
  },
);

test.each(['', '#', '#javascript:alert(1)', '#img_<b>', '#paint/job_a', '#paint/'])('%s names no place', (hash) => {
  expect(parseRoute(hash)).toBeUndefined();
});

describe('a pick that a model cannot make moves to the nearest', () => {
  const image4 = {
    model: 'a',
    sizes: ['2048x2048', '2304x1792', '1440x2560'],
    aspect_ratios: ['1:1', '4:3'],
    most_pictures: 4,
    longest_prompt: 9,
  };
  const image5 = {
    model: 'b',
    resolutions: ['1MP', '2.4MP'],
    aspect_ratios: ['1:1', '16:9'],
    most_pictures: 1,
    longest_prompt: 9,
  };

  test('in shape, then in size, and in number', () => {
    expect(legalFor(image4, { size: '1152x896', count: 9 })).toMatchObject({ size: '2304x1792', count: 4 });
    expect(legalFor(image5, { size: '2688x1536', count: 4 })).toMatchObject({
      ratio: '16:9',
      resolution: '2.4MP',
      count: 1,
    });
  });

  test('and a legal one stays', () => {
    expect(legalFor(image4, { size: '1440x2560', count: 2 })).toMatchObject({ size: '1440x2560', count: 2 });
  });
});

test('seeds are whole numbers, however they are parted', () => {
  expect(seedsOf('1, 2  3')).toEqual([1, 2, 3]);
  expect(seedsOf('1.5')).toBeUndefined();
});

test('files are refused before they are sent, each with its reason', () => {
  const file = { name: 'a.png', type: 'image/png', size: 10 };
  expect(refusalOf(file)).toBeUndefined();
  expect(refusalOf({ ...file, type: '', name: 'a.JPG' })).toBeUndefined();
  expect(refusalOf({ ...file, name: 'IMG_1.HEIC', type: '' })).toBe('heic');
  expect(refusalOf({ ...file, name: 'a.svg', type: 'image/svg+xml' })).toBe('format');
  expect(refusalOf({ ...file, size: 0 })).toBe('empty');
  expect(refusalOf({ ...file, size: 65 * 1024 ** 2 })).toBe('large');
});

test('pictures are grouped by the day of the person', () => {
  const entry = (image: string, created_at: string) => ({
    image,
    kind: 'generated',
    width: 1,
    height: 1,
    mime_type: '',
    created_at,
  });
  const entries = [
    entry('a', '2026-11-27T00:10:00Z'),
    entry('b', '2026-11-26T23:50:00Z'),
    entry('c', '2026-11-26T01:00:00Z'),
  ];
  const west = formatsFor('en', () => NOW, 'America/New_York');
  expect(daysOf(entries, (iso) => f.dayKey(iso)).map(({ entries: own }) => own.length)).toEqual([1, 2]);
  expect(daysOf(entries, (iso) => west.dayKey(iso)).map(({ entries: own }) => own.length)).toEqual([2, 1]);
  expect(rangeOf(entries, 'c', 'b')).toEqual(['b', 'c']);
});

test('numbers and times follow the locale, and an unknown one is English', () => {
  expect(formatsFor('de-DE', () => NOW).number(1204)).toBe('1.204');
  expect(formatsFor('not a locale', () => NOW, 'No/Where').number(1204)).toBe('1,204');
  expect(f.day('2026-11-26T12:00:00Z')).toBe('yesterday');
  // Half an hour after midnight, after a Sunday of 23 hours.
  const monday = formatsFor('en', () => Date.parse('2026-03-29T22:30:00Z'), 'Europe/Berlin');
  expect(['2026-03-29T22:10:00Z', '2026-03-29T10:00:00Z', '2026-03-28T22:45:00Z'].map(monday.day)).toEqual([
    'today',
    'yesterday',
    'March 28, 2026',
  ]);
  expect(t.price({ operations: 1, requests: 1, estimate: true }, false)).toBe('1 op, est.');
});

test('the job of a call that has not answered is found by its prompt', () => {
  const cost = { operations: 0, requests: 0, estimate: false };
  const line = (job: string, state: string, prompt: string) => ({
    job,
    state,
    prompt,
    summary: '',
    images: [],
    cost,
    created_at: '',
  });
  const jobs = [
    line('job_a', 'running', 'another'),
    line('job_b', 'succeeded', 'a fox'),
    line('job_c', 'queued', 'a fox in the…'),
  ];
  expect(jobOfCall({ jobs }, { prompt: 'a fox in the snow' })).toBe('job_c');
  expect(jobOfCall({ jobs }, { prompt: 'a bear' })).toBeUndefined();
});
