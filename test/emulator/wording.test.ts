import { expect, test } from 'vitest';
import { FIREFLY_ERRORS as errors } from '../../src/firefly/families/errors.ts';
import { parseRetryAfter } from '../../src/firefly/http/answer/retry-after.ts';
import { answerProblem } from '../../src/firefly/upstream.ts';
import { editBench, EXPAND } from './editing.ts';

const ID = '3e1ea3e4-7b1b-4a8c-a1ae-2c4b6d0a0a11';

test.each([0, 1, 2, 3, 4, 5])('an unknown upload id is recognised in wording %i', async (wording) => {
  const { post } = await editBench({ wording });
  const { status, text } = await post(EXPAND, { image: { source: { uploadId: ID } } });
  const answer = { kind: 'answer', status, headers: {}, text, whole: true } as const;
  const sent = { hasModel: false, uploadIds: [ID], urls: 0 };
  expect(answerProblem(answer, { about: 'submit', errors, sent, secrets: [] }).code).toBe('upload_lapsed');
});

test.each([0, 1])('a URL that cannot be reached is recognised in wording %i', async (wording) => {
  const { post } = await editBench({ wording });
  const { status, text } = await post(EXPAND, { image: { source: { url: 'https://a.example/a.png' } } });
  const answer = { kind: 'answer', status, headers: {}, text, whole: true } as const;
  const sent = { hasModel: false, uploadIds: [], urls: 1 };
  expect(answerProblem(answer, { about: 'submit', errors, sent, secrets: [] }).code).toBe('picture_url_unreachable');
});

test.each([0, 1])('the wait after a 429 is in seconds or a date: wording %i', async (wording) => {
  const { post, clock } = await editBench({ wording, rpm: 1 });
  const submit = () => post('/v3/images/generate-async', { prompt: 'a' });
  await submit();
  const header = (await submit()).headers.get('retry-after') ?? '';
  expect(header.endsWith('GMT')).toBe(wording === 1);
  expect(parseRetryAfter(header, clock.now())).toBeGreaterThan(58_000);
});

test('an ordinary refusal of a request with an upload is not taken for a lost upload', () => {
  const sent = { hasModel: true, uploadIds: [ID], urls: 0 };
  for (const body of [
    { error_code: 'bad_request', message: 'Size must be one of {(2688, 1536)}' },
    { error_code: 'validation_error', validation_errors: [{ loc: ['body', 'prompt'], msg: 'too long' }] },
    { error_code: 'prompt_unsafe' },
    { error_code: 'validation_error', message: "Invalid x-model-version: image9. Must be one of: ['image3']" },
  ]) {
    const answer = { kind: 'answer', status: 422, headers: {}, text: JSON.stringify(body), whole: true } as const;
    expect(answerProblem(answer, { about: 'submit', errors, sent, secrets: [] }).code).not.toBe('upload_lapsed');
  }
});
