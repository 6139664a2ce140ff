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

test.each(['https://firefly-api.adobe.io.', 'https://FIREFLY-API.adobe.io:443/', 'https://firefly-api.adobe.io./'])(
  '%s is the API itself: another account would have a budget of its own',
  (url) => expect(given({ FIREFLY_API_URL: url }).apiUrl).toBe('https://firefly-api.adobe.io'),
);

test.each(['https://./', 'https://firefly-api.adobe.io../', 'http://localhost.'])('%s is no origin', (url) => {
  expect(() => given({ FIREFLY_API_URL: url })).toThrow(/must be an https origin/);
});

test('a budget under a name in another case or with hyphens is told, since it does not count', () => {
  const names = ['firefly_daily_budget', 'FIREFLY-DAILY-BUDGET', 'Firefly_Confirm'];
  for (const name of names) {
    const { dailyBudget, warnings } = given({ [name]: '5' });
    expect(dailyBudget).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('is set, but no such option exists. Did you mean FIREFLY_')]);
  }
  // Windows finds a variable in any case.
  const windows = { platform: 'win32', cwd: 'C:\\ann', home: 'C:\\ann' } as const;
  const env = { Firefly_Daily_Budget: '5', 'FIREFLY-RPM': '5' };
  const { warnings } = resolveConfig({ ...windows, env, flags: {}, demo: false, readFile: () => undefined });
  expect(warnings).toEqual([expect.stringContaining('FIREFLY-RPM')]);
});
