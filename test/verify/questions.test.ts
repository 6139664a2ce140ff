import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { differencesOf } from '../../src/verify/contract-differences.ts';
import type { Answers } from '../../src/verify/question.ts';
import { QUESTIONS } from '../../src/verify/questions/index.ts';
import { ROOT } from '../architecture/source-files.ts';

test('the open questions of the page and those of verify are one list', () => {
  const page = readFileSync(join(ROOT, 'docs/adobe-api.md'), 'utf8');
  const [, section = ''] = page.split('\n## Open questions\n');
  const documented = [...section.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, id = '']) => id);
  expect(documented).toEqual(QUESTIONS.map(({ id }) => id));
});

test.each([
  ['composite-masks', { boxes: [1], kept: 60 }, 'contradicted'],
  ['composite-masks', { boxes: [60], kept: 1 }, 'settled'],
  ['composite-masks', { boxes: [2], kept: 1 }, 'open'],
  ['composite-keeps-background', { boxes: [60], kept: 30 }, 'contradicted'],
  ['composite-pixels', { width: 1024 }, 'contradicted'],
  ['composite-pixels', { mimeType: 'image/jpeg' }, 'contradicted'],
  ['video-form', { mimeType: 'video/webm', width: 960, height: 540, durationMs: 5_000 }, 'contradicted'],
  ['video-form', { mimeType: 'video/mp4', width: 960, height: 540, durationMs: 9_000 }, 'contradicted'],
] as const)('%s is judged by %j to be %s', (id, given, verdict) => {
  const picture = { width: 1152, height: 896, mimeType: 'image/png', ...given };
  const answers = {
    tried: () => ({ kind: 'made', picture }),
    measured: new Map([['composite', given]]),
  } as unknown as Answers;
  expect(QUESTIONS.find((question) => question.id === id)?.judge(answers).verdict).toBe(verdict);
});

test('an answer is compared at every depth, by the closest of several shapes', () => {
  const links = { result: { href: 'https://x' }, cancel: { href: 7 }, retry: null };
  expect(differencesOf('preciseUpsamplerV3Async', 202, { links, progress: 0 })).toEqual([
    {
      operation: 'preciseUpsamplerV3Async',
      status: 202,
      kind: 'other_type',
      field: 'links.cancel.href',
      type: 'number',
    },
    { operation: 'preciseUpsamplerV3Async', status: 202, kind: 'unknown', field: 'links.retry', type: 'null' },
  ]);
  expect(differencesOf('getCustomModels', 200, { custom_models: [{ createdDate: 5 }] })).toEqual([]);
  expect(differencesOf('jobResultV3', 200, 'a page')).toMatchObject([
    { kind: 'other_type', field: '', type: 'string' },
  ]);
});
