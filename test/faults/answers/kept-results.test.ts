import { afterAll, beforeAll, expect, test } from 'vitest';
import { onePixel } from '../../support/doubles/scripted-adobe.ts';
import { AnsweringAdobe, type Script } from './answering-adobe.ts';
import { allEnded, verdict } from './ended.ts';
import { html, INLINE_RESULTS, json, MADE_AT_ONCE, RELATIVE_LINKS, UNREAD_RESULTS } from './shapes.ts';

let adobe: AnsweringAdobe;
beforeAll(async () => {
  adobe = await AnsweringAdobe.open();
});
afterAll(() => adobe[Symbol.asyncDispose]());

const ended = (scripts: Readonly<Record<string, Script>>) => allEnded(adobe, scripts);

test('a picture that the answer holds itself is saved, and is asked for once', async () => {
  const scripts = Object.fromEntries(
    Object.entries(INLINE_RESULTS).map(([name, shape], place): [string, Script] => {
      const bytes = onePixel(80 + place);
      const held = json(200, { status: 'succeeded', ...shape(Buffer.from(bytes).toString('base64'), bytes) });
      // A second answer would have nothing of it.
      return [`inline: ${name}`, { answers: { status: [held, html(502)] }, lasting: ['status'] }];
    }),
  );
  for (const [name, { job, adobe: seen }] of await ended(scripts)) {
    expect([name, job.state, job.images.length, job.warnings]).toEqual([name, 'succeeded', 1, []]);
    expect([name, seen.seen.submit, seen.seen.download]).toEqual([name, 1, undefined]);
    expect([name, job.results]).toEqual([name, []]);
  }
});

test('a link that is relative to the status is followed', async () => {
  const scripts = Object.fromEntries(
    Object.entries(RELATIVE_LINKS).map(([name, at]): [string, Script] => {
      const answer = ({ url }: { url: string }) =>
        json(200, { status: 'succeeded', result: { outputs: [{ image: { url: at(new URL(url)) } }] } });
      return [`relative: ${name}`, { answers: { status: [answer] }, lasting: ['status'] }];
    }),
  );
  for (const [name, each] of await ended(scripts)) expect([name, verdict(each)]).toEqual([name, 'succeeded']);
});

test('a result in a format that is not read is kept as it came, and said', async () => {
  const bytes = (start: string) => Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(2_000, 7)]);
  const scripts = Object.fromEntries(
    Object.entries(UNREAD_RESULTS).map(([ending, start]): [string, Script] => [
      `unread: ${ending}`,
      { answers: { download: [{ status: 200, body: bytes(start) }] }, lasting: ['download'] },
    ]),
  );
  for (const [name, { job, adobe: seen }] of await ended(scripts)) {
    const ending = name.replace('unread: ', '');
    expect([name, job.state, job.images.length]).toEqual([name, 'succeeded', 1]);
    expect(job.warnings).toEqual([expect.stringMatching(/not read or shown here.*kept as it is/)]);
    // Only bytes of no known form are asked for again, for a while.
    if (ending !== 'bin') expect([name, seen.seen.download]).toEqual([name, 1]);
    const [image] = job.images;
    const whole = bytes(UNREAD_RESULTS[ending] ?? '');
    expect(image).toMatchObject({ bytes: whole.length, width: 0, height: 0 });
    expect(await adobe.fileOf(image)).toEqual({ ending, bytes: whole });
  }
});

test('what can be read of a result is kept, and what can not is told with what Adobe calls it', async () => {
  const answer = (rest: readonly object[]) => ({
    count: 3,
    answers: {
      status: [
        ({ url }: { url: string }) =>
          json(200, { status: 'succeeded', result: { outputs: [{ image: { url } }, ...rest] } }),
      ],
    },
  });
  const half = Buffer.from(onePixel(2)).toString('base64').slice(0, 60);
  const all = await ended({
    'some: an asset': answer([{ id: 'urn:asset:1' }, { error_code: 'output_media_unsafe' }]),
    'some: cut off': answer([{ image: { base64: half } }, { seed: 4 }]),
  });
  for (const [name, { job }] of all) expect([name, job.state, job.images.length]).toEqual([name, 'succeeded', 1]);
  expect(all.get('some: an asset')?.job.warnings).toEqual([
    expect.stringMatching(/^1 of 3 pictures is not here: .*\(urn:asset:1\).* may have been charged/),
    expect.stringMatching(/^1 of 3 pictures was not made: .*content policy/),
  ]);
  expect(all.get('some: cut off')?.job.warnings).toEqual([expect.stringMatching(/^2 of 3 pictures are not here: /)]);
});

test('a submit that is answered with the result in place of a job keeps it, and is paid once', async () => {
  const scripts = Object.fromEntries(
    Object.entries(MADE_AT_ONCE).map(([name, answer], place): [string, Script] => {
      const base64 = Buffer.from(onePixel(120 + place)).toString('base64');
      return [`at once: ${name}`, { answers: { submit: [({ url }) => answer(url, base64)] } }];
    }),
  );
  for (const [name, { job, adobe: seen }] of await ended(scripts)) {
    expect([name, job.state, job.images.map(({ facts }) => facts.seed)]).toEqual([name, 'succeeded', [3]]);
    expect([name, seen.seen.submit, seen.seen.status, job.cost.requests]).toEqual([name, 1, undefined, 1]);
  }
});
