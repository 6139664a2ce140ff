import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { differencesOf } from '../../src/verify/contract-differences.ts';
import { QUESTIONS } from '../../src/verify/questions/index.ts';
import { ROOT } from '../architecture/source-files.ts';

test('the open questions of the page and those of verify are one list', () => {
  const page = readFileSync(join(ROOT, 'docs/adobe-api.md'), 'utf8');
  const [, section = ''] = page.split('\n## Open questions\n');
  const documented = [...section.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, id = '']) => id);
  expect(documented).toEqual(QUESTIONS.map(({ id }) => id));
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
