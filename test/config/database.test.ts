import { describe, expect, test } from 'vitest';
import { optionFlags } from '../../src/config/describe.ts';
import { resolveConfig } from '../../src/config/resolve.ts';

function databaseUrl(value: string, { demo = false } = {}): string | undefined {
  const place = { platform: 'linux', cwd: '/home/ann/project', home: '/home/ann', flags: {} } as const;
  const env = { FIREFLY_DATABASE_URL: value };
  return resolveConfig({ ...place, env, demo, readFile: () => undefined }).databaseUrl;
}

describe('FIREFLY_DATABASE_URL', () => {
  test.each([
    ['postgres://ann:hush@db.example:5432/firefly?sslmode=verify-full', undefined],
    ['postgresql://db.example/firefly', undefined],
    ['sqlite:/data/jobs.sqlite', undefined],
    ['sqlite:///data/jobs.sqlite', 'sqlite:/data/jobs.sqlite'],
    ['sqlite:jobs.sqlite', 'sqlite:/home/ann/project/jobs.sqlite'],
    ['sqlite:~/jobs.sqlite', 'sqlite:/home/ann/jobs.sqlite'],
  ])('accepts %s', (value, expected) => {
    expect(databaseUrl(value)).toBe(expected ?? value);
  });

  test.each(['mysql://ann:hush@db/x', 'postgres:hush', 'sqlite:', '/data/jobs.sqlite', 'postgres://ann:hush@ho st/x'])(
    'refuses %s without quoting it',
    (value) => {
      expect(() => databaseUrl(value)).toThrow(/^FIREFLY_DATABASE_URL must be postgres:.*; its value is not shown\.$/);
    },
  );

  test('has no flag, since command lines are visible, and is ignored in --demo', () => {
    expect([...optionFlags().keys()].filter((flag) => flag.includes('database'))).toEqual([]);
    expect(databaseUrl('postgres://db.example/firefly', { demo: true })).toBeUndefined();
  });
});
