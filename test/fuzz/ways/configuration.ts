import fc from 'fast-check';
import { expect } from 'vitest';
import { OPTION_LIST } from '../../../src/config/options.ts';
import { resolveConfig } from '../../../src/config/resolve.ts';
import { variableNames } from '../../../src/config/sources.ts';
import type { Problem } from '../../../src/shared/errors.ts';
import { hiddenIn } from '../../support/hostile.ts';
import { inherited, odd } from '../generators/arguments.ts';
import type { WayIn } from '../inputs.ts';

const names = [...variableNames(), 'FIREFLY_X', 'firefly_rpm', '__proto__'];
const flags = OPTION_LIST.flatMap(([, { flag }]) => (flag === undefined ? [] : [flag]));
/** What people and hosts write where a value is wanted. */
const usual = fc.constantFrom(
  '4',
  '0',
  '-1',
  '1e9',
  'never',
  'over:3',
  'over:-1',
  'none',
  'true',
  '/srv/a',
  '~/a',
  './a',
  'C:\\a',
  '\\\\server\\share',
  '"/srv/a"',
  '[]',
  '["/a","/b"]',
  '${HOME}/a',
  '$HOME',
  '${env:X}',
  '${input:secret}',
  '%USERPROFILE%',
  'op://vault/item/field',
  'https://example.com',
  'http://user:p%40ss@proxy:3128',
  'https://example.com/path?query',
  'postgres://user:password@host/database',
  'sqlite:/x.sqlite',
  'model=image5 aspect_ratio=16:9',
  'a=b,c=d',
  '10.0.0.0/8',
  '::1',
  '999.0.0.0/99',
);
const value = fc.oneof(
  usual,
  fc.string({ unit: 'binary' }),
  inherited.map((name) => `\${${name}}`),
  odd.map((given) => (typeof given === 'string' ? given : (JSON.stringify(given) ?? ''))),
  fc.tuple(usual, fc.constantFrom(1_000, 30_000)).map(([text, times]) => text.repeat(times)),
);
const content = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .dictionary(fc.constantFrom(...names), fc.oneof(odd, value, fc.array(value, { maxLength: 3 })))
    .map((entries) => JSON.stringify(entries)),
  fc.constantFrom(
    '\ufeff{}',
    '{"FIREFLY_RPM":1,"FIREFLY_RPM":2}',
    '[]',
    '{',
    `${'['.repeat(50_000)}`,
    'FIREFLY_RPM=4',
    'a: b',
  ),
);
const machine = fc.constantFrom(
  { platform: 'linux', cwd: '/work', home: '/home/ann' },
  { platform: 'darwin', cwd: '/Users/ann/work', home: '/Users/ann' },
  { platform: 'win32', cwd: 'C:\\work', home: 'C:\\Users\\ann' },
  { platform: 'linux', cwd: '/', home: '' },
) satisfies fc.Arbitrary<{ platform: NodeJS.Platform; cwd: string; home: string }>;

/** Every option, by flag, variable, secret file and config file, on every platform. */
export const configuration: WayIn = async (more) => {
  const input = fc.record({
    machine,
    env: fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 5 }),
    flags: fc.dictionary(fc.constantFrom(...flags), value, { maxKeys: 3 }),
    lists: fc.dictionary(fc.constantFrom(...flags), fc.array(value, { maxLength: 3 }), { maxKeys: 2 }),
    demo: fc.boolean(),
    file: fc.option(content),
    secret: fc.option(value),
    mode: fc.constantFrom(0o100600, 0o100644, 0o100666),
    code: fc.constantFrom('EACCES', 'EISDIR', 'EFTYPE', 'ELOOP'),
  });
  await more(input, async ({ machine: given, file, secret, mode, code, ...rest }) => {
    try {
      resolveConfig({
        ...given,
        ...rest,
        readFile: (path) => {
          const text = path.endsWith('config.json') ? file : secret;
          if (text === null && mode === 0o100666) throw Object.assign(new Error(code), { code });
          return text === null ? undefined : { text, mode };
        },
      });
    } catch (error) {
      expect(error).toMatchObject({ code: 'config_invalid' });
      expect(hiddenIn((error as Problem).message)).toEqual([]);
    }
  });
};
