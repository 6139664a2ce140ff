import { expect, test } from 'vitest';
import { OPTIONS } from '../../src/config/options.ts';
import { resolveConfig } from '../../src/config/resolve.ts';

const place = { platform: 'linux', cwd: '/home/ann/project', home: '/home/ann' } as const;
const given = (env: Record<string, string>) =>
  resolveConfig({ ...place, env, flags: {}, demo: false, readFile: () => undefined });

test('by default, nothing is limited, confirmed or deleted', () => {
  const kept = { retentionDays: undefined, retentionBytes: undefined };
  expect(given({})).toMatchObject({ dailyBudget: undefined, confirmOver: Infinity, ...kept });
});

test.each([
  ['never', Infinity],
  ['always', 0],
  ['over:10', 10],
  [' Over:0 ', 0],
])('FIREFLY_CONFIRM=%s demands confirmation above %d requests', (text, limit) => {
  expect(given({ FIREFLY_CONFIRM: text }).confirmOver).toBe(limit);
});

test.each(['sometimes', 'over', 'over:', 'over:-1', 'over:1.5', 'yes'])(
  'FIREFLY_CONFIRM=%s is refused, not read as never',
  (text) => expect(() => given({ FIREFLY_CONFIRM: text })).toThrow(/never, always, or over:N/),
);

test('a budget of 0 is valid, a retention of 0 is not', () => {
  expect(given({ FIREFLY_DAILY_BUDGET: '0' }).dailyBudget).toBe(0);
  expect(() => given({ FIREFLY_RETENTION_DAYS: '0' })).toThrow(/from 1/);
  expect(given({ FIREFLY_RETENTION_GB: ' 0.25 ' }).retentionBytes).toBe(250_000_000);
  for (const text of ['0', '0.0', '-1', '2 GB', '1e3', '.5', '1,5', 'Infinity']) {
    expect(() => given({ FIREFLY_RETENTION_GB: text })).toThrow(/gigabytes above 0/);
  }
  expect(OPTIONS.retentionDays.defaultText).toBe('keep everything');
});
