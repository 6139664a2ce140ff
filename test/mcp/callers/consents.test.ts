import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plain } from '../../images/pictures.ts';
import { accepted, callRaw, questionIn, type RawAnswer, type Repeated } from './raw-call.ts';
import { SharedServer } from './shared-server.ts';

/* What a yes is worth: one act, of the very call that it was asked for, by the person who was asked. */

let server: SharedServer;
const pictures: string[] = [];
beforeAll(async () => {
  server = await SharedServer.open({ FIREFLY_CONFIRM: 'always' });
  for (const side of [640, 660]) {
    pictures.push(`data:image/png;base64,${(await plain(side, 640).png().toBuffer()).toString('base64')}`);
  }
});
afterAll(() => server.end());

const call = (name: string, input: object, repeated: Repeated = {}, who: 'ada' | 'ben' = 'ada') =>
  callRaw(server, who, { name, input, repeated });
const submits = () => server.emulator.control.submits().length;
const factsOf = ({ result }: RawAnswer) =>
  (result as { structuredContent: { job: string; state: string } }).structuredContent;
const ASKED = { result: { resultType: 'input_required' } };
const INVALID = { error: { code: -32602 } };
/** What is asked for the same call, with a yes to it. */
const yesTo = async (name: string, input: object) => accepted(await call(name, input));

/** A job in submit_unknown: Adobe may have taken it. */
async function unknown(prompt: string): Promise<string> {
  const input = { prompt, wait_seconds: 30, new_job: true };
  const yes = await yesTo('generate_image', input);
  server.emulator.control.next({ on: 'submit', action: { kind: 'reset', when: 'after-processing' } });
  const facts = factsOf(await call('generate_image', input, yes));
  expect(facts.state).toBe('submit_unknown');
  return facts.job;
}
const again = (job: string) => ({ job, accept_possible_charge: true, wait_seconds: 30 });

describe('a yes to a resubmission', () => {
  test('pays once, however often it comes, and all at one moment', async () => {
    const input = again(await unknown('a red chair'));
    const before = submits();
    const yes = await yesTo('resubmit_job', input);
    const told = await Promise.all(Array.from({ length: 5 }, () => call('resubmit_job', input, yes)));
    expect(submits()).toBe(before + 1);
    const made = told.filter(({ result }) => (result as { resultType: string }).resultType === 'complete').map(factsOf);
    expect(made).toContainEqual(expect.objectContaining({ state: 'succeeded' }));
    // One of whatever came later is answered with what was made.
    expect(factsOf(await call('resubmit_job', input, yes))).toMatchObject({ state: 'succeeded', job: made[0]?.job });
    expect(new Set(made.map(({ job }) => job)).size).toBe(1);
    expect(submits()).toBe(before + 1);
  });

  test('stays used where everything of its person is deleted', async () => {
    const input = { prompt: 'a grey chair', wait_seconds: 30, new_job: true };
    const yes = accepted(await call('generate_image', input, {}, 'ben'));
    expect(factsOf(await call('generate_image', input, yes, 'ben'))).toMatchObject({ state: 'succeeded' });
    const before = submits();
    const who = encodeURIComponent(server.principalOf('ben'));
    const forgot = await server.fetch('root', `/admin/people?principal=${who}`, { method: 'DELETE' });
    expect(await forgot.json()).toMatchObject({ jobs: 1, pictures: 1 });
    expect(await call('generate_image', input, yes, 'ben')).toMatchObject(ASKED);
    expect(submits()).toBe(before);
  });

  test('is no yes to another one, where the first came to nothing', { tags: 'long' }, async () => {
    const input = again(await unknown('a green chair'));
    const yes = await yesTo('resubmit_job', input);
    server.emulator.control.next({ on: 'submit', action: { kind: 'status', status: 403, body: {} } });
    expect(factsOf(await call('resubmit_job', input, yes))).toMatchObject({ state: 'failed' });
    const before = submits();
    // An answer that was not delivered is given once more, for a while.
    const kind = async () => ((await call('resubmit_job', input, yes)).result as { resultType: string }).resultType;
    await expect.poll(kind).toBe('input_required');
    expect(submits()).toBe(before);
  });

  test('is no yes to that of another job, though the question has the same words', async () => {
    const [one, other] = [await unknown('a blue chair'), await unknown('a blue chair')].map(again) as [object, object];
    const [asked, alike] = [await call('resubmit_job', one), await call('resubmit_job', other)];
    expect(questionIn(asked)).toEqual(questionIn(alike));
    const before = submits();
    const yes = accepted(asked);
    expect(await call('resubmit_job', other, yes)).toMatchObject(ASKED);
    expect(submits()).toBe(before);
    expect(factsOf(await call('resubmit_job', one, yes))).toMatchObject({ state: 'succeeded' });
  });

  test('counts for nobody else, and not with a changed state', { tags: 'long' }, async () => {
    const input = again(await unknown('a white chair'));
    const yes = await yesTo('resubmit_job', input);
    const before = submits();
    expect(await call('resubmit_job', input, yes, 'ben')).toMatchObject(INVALID);
    // Not the last character, some of whose bits decode to nothing.
    const changed = yes.requestState.replace(/.(?=.{5}$)/, (one) => (one === 'A' ? 'B' : 'A'));
    expect(await call('resubmit_job', input, { ...yes, requestState: changed })).toMatchObject(INVALID);
    expect(submits()).toBe(before);
  });
});

describe('a yes to a call', () => {
  const FOX = { prompt: 'a fox in the snow', wait_seconds: 30 };

  test.each([
    ['size', { size: '2304x1792' }],
    ['seeds', { seeds: [7] }],
    ['negative_prompt', { negative_prompt: 'people' }],
    ['content_class', { content_class: 'art' }],
  ])(
    'is no yes to one with another %s, though the question has the same words',
    { tags: 'long' },
    async (_name, change) => {
      const [asked, alike] = [await call('generate_image', FOX), await call('generate_image', { ...FOX, ...change })];
      expect(questionIn(asked)).toEqual(questionIn(alike));
      const before = submits();
      expect(await call('generate_image', { ...FOX, ...change }, accepted(asked))).toMatchObject(ASKED);
      expect(submits()).toBe(before);
    },
  );

  test('about one picture is no yes to one about another', async () => {
    const [one, other] = pictures.map((image) => ({ image, wait_seconds: 30 })) as [object, object];
    const [asked, alike] = [await call('upscale_image', one), await call('upscale_image', other)];
    expect(questionIn(asked)).toEqual(questionIn(alike));
    const before = submits();
    expect(await call('upscale_image', other, accepted(asked))).toMatchObject(ASKED);
    expect(submits()).toBe(before);
    expect(factsOf(await call('upscale_image', one, accepted(asked)))).toMatchObject({ state: 'succeeded' });
  });

  test('is no yes to another tool', { tags: 'long' }, async () => {
    const input = { image: pictures[0], wait_seconds: 30 };
    const yes = await yesTo('vary_image', input);
    const before = submits();
    expect(await call('upscale_image', input, yes)).toMatchObject(ASKED);
    expect(submits()).toBe(before);
  });

  test('stays one where only the waiting is another', { tags: 'long' }, async () => {
    const input = { prompt: 'a hare', wait_seconds: 0 };
    const yes = await yesTo('generate_image', input);
    expect(factsOf(await call('generate_image', { ...input, wait_seconds: 30 }, yes))).toMatchObject({
      state: 'succeeded',
    });
  });
});

test('a yes to the deletion of one picture deletes no other one', { tags: 'long' }, async () => {
  const make = async (prompt: string) => {
    const input = { prompt, wait_seconds: 30, new_job: true };
    const { result } = await call('generate_image', input, await yesTo('generate_image', input));
    return (result as { structuredContent: { images: { image: string }[] } }).structuredContent.images[0]?.image ?? '';
  };
  const [one, other] = [await make('a stone'), await make('a stone')];
  const yes = accepted(await call('delete_images', { image: one }), { delete: true });
  expect(await call('delete_images', { image: other }, yes)).toMatchObject(ASKED);
  const kept = async (image: string) => JSON.stringify(await call('show_images', { image })).includes('a stone');
  expect(await kept(other)).toBe(true);
  expect(await call('delete_images', { image: one }, yes)).toMatchObject({ result: { resultType: 'complete' } });
  expect([await kept(one), await kept(other)]).toEqual([false, true]);
});
