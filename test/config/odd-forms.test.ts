import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OPTION_LIST, OPTIONS } from '../../src/config/options.ts';
import { resolveConfig, type Config, type ConfigInput } from '../../src/config/resolve.ts';
import { Problem } from '../../src/shared/errors.ts';
import { canary } from '../support/canaries.ts';

/** One good value of each option; values of `SECRET` options must never be shown. */
const SECRET = canary('option');
const GOOD: Readonly<Record<keyof typeof OPTIONS, string>> = {
  clientId: 'a1b2c3',
  clientSecret: SECRET,
  accessToken: SECRET,
  scopes: 'openid,firefly_api',
  apiUrl: 'https://api.example',
  imsUrl: 'https://ims.example',
  trustedOrigins: 'https://a.example,https://b.example',
  home: '/data/firefly',
  databaseUrl: 'sqlite:/data/jobs.sqlite',
  roots: '/pics:/more',
  outputFolder: '/out',
  perMinute: '7',
  perDay: '70',
  dailyBudget: '5',
  confirmOver: 'over:3',
  retentionDays: '30',
  retentionBytes: '0.5',
  httpsProxy: `http://ann:${encodeURIComponent(SECRET)}@proxy.example:3128`,
  noProxy: 'localhost,.example',
  extraCaCerts: '/etc/ca.pem',
  waitSeconds: '30',
  preview: 'none',
  toolsets: 'core,batch',
  publicUrl: 'https://firefly.example',
  signingKeyFile: '/etc/firefly/keys',
  authFile: '/etc/firefly/people.json',
  oauthIssuer: 'https://login.example/tenant',
  oauthAudience: 'https://firefly.example/mcp',
  trustedProxies: '127.0.0.1,10.0.0.0/8,fd00::/8',
  metricsPort: '9464',
  resourceLinks: 'always',
  defaults: 'model=image5 count=1',
  readOnly: 'true',
  logLevel: 'warn',
};

const BASE: ConfigInput = {
  platform: 'linux',
  cwd: '/home/ann/project',
  home: '/home/ann',
  env: {},
  flags: {},
  demo: false,
  readFile: () => undefined,
};

function resolve(env: Record<string, string>, parts: Partial<ConfigInput> = {}): Config {
  // The client id lets a secret show in the result.
  return resolveConfig({
    ...BASE,
    ...parts,
    env: { FIREFLY_CLIENT_ID: 'a1b2c3', FIREFLY_CLIENT_SECRET: 'x9', ...env },
  });
}

/** The value that an option gets, or the problem that names its variable in one line. */
function outcome(env: Record<string, string>, parts?: Partial<ConfigInput>): { config: Config } | { refusal: string } {
  try {
    return { config: resolve(env, parts) };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'config_invalid') throw error;
    const refusal = `${error.message} ${error.next}`;
    expect(refusal).not.toContain(SECRET);
    expect(refusal).not.toContain('\n');
    return { refusal };
  }
}

const keys = Object.keys(GOOD) as (keyof typeof OPTIONS)[];
const anyKey = fc.constantFrom(...keys);
const variableOf = (key: keyof typeof OPTIONS) => OPTIONS[key].variables[0];

test('there is a value for each option of the table', () => {
  expect(keys.toSorted()).toEqual(OPTION_LIST.map(([key]) => key).toSorted());
});

describe('quotes, byte order marks and blanks around a value', () => {
  const wrappings: readonly (readonly [string, string])[] = [
    ['"', '"'],
    ["'", "'"],
    ['“', '”'],
    ['\ufeff', ''],
    [' ', '\r\n'],
    ['\ufeff"', '" '],
    ['" ', ' "'],
  ];
  test('are no part of it, whatever the option', () => {
    fc.assert(
      fc.property(anyKey, fc.constantFrom(...wrappings), (key, [before, after]) => {
        const name = variableOf(key);
        const plain = resolve({ [name]: GOOD[key] });
        expect(resolve({ [name]: before + GOOD[key] + after })).toEqual(plain);
      }),
      { numRuns: 300 },
    );
  });

  test.each(['"/pics', '/pics"', "'/pics", '“/pics'])('on one side only are refused in a folder: %s', (text) => {
    expect(outcome({ FIREFLY_OUTPUT_DIR: text })).toMatchObject({
      refusal: /^FIREFLY_OUTPUT_DIR names .*quote/ as never,
    });
  });
});

describe('placeholders', () => {
  const placeholders = [
    '${user_config.x}',
    '${input:key}',
    '${NOT_SET}',
    '${env:NOT_SET}',
    '{env:NOT_SET}',
    '{file:~/x}',
    '$NOT_SET',
    '$env:NOT_SET',
    '%NOT_SET%',
    '{{value}}',
    '<value>',
    '$(pass show x)',
    'op://vault/item/field',
    '${FIREFLY_CLIENT_SECRET}',
    // Names that every object has.
    '${constructor}',
    '$toString',
    '${unclosed',
  ];

  test('without a value are refused by the name of the variable, or mean that a credential is not configured', () => {
    fc.assert(
      fc.property(anyKey, fc.constantFrom(...placeholders), (key, placeholder) => {
        const name = variableOf(key);
        const result = outcome({ [name]: placeholder });
        if ('refusal' in result) {
          expect(result.refusal).toMatch(new RegExp(`^${name} `));
          return;
        }
        expect(OPTIONS[key].credential).toBe(true);
        expect(result.config.credentials ?? {}).not.toMatchObject({ [key]: placeholder });
        expect(result.config.warnings).toContainEqual(expect.stringMatching(new RegExp(`^${name} holds .*not set`)));
      }),
      { numRuns: 600 },
    );
  });

  test('within a folder are filled in or refused, and never become a part of its name', () => {
    const folders = fc.constantFrom('home', 'outputFolder', 'roots', 'extraCaCerts', 'databaseUrl') as fc.Arbitrary<
      keyof typeof OPTIONS
    >;
    const known = [
      '${HOME}',
      '$HOME',
      '%USERPROFILE%',
      '${env:HOME}',
      '${userHome}',
      '${PICS}',
      '$PICS',
      '%PICS%',
      '${NOT_SET:-/pics}',
    ];
    fc.assert(
      fc.property(
        folders,
        fc.constantFrom(...known, ...placeholders),
        fc.constantFrom('', '/pre'),
        (key, reference, before) => {
          const name = variableOf(key);
          const text = `${key === 'databaseUrl' ? 'sqlite:' : ''}${before}${reference}/Pictures`;
          const result = outcome({ [name]: text, PICS: '/pics' });
          if ('refusal' in result) {
            expect(known.includes(reference)).toBe(false);
            expect(result.refusal).toMatch(new RegExp(`^${name} `));
            return;
          }
          expect(JSON.stringify(result.config[key as 'home'])).toMatch(/(\/home\/ann|\/pics)\/Pictures"/);
          expect(JSON.stringify(result.config[key as 'home'])).not.toMatch(/[$%{}<>]/);
        },
      ),
      { numRuns: 600 },
    );
  });

  test('never bring a secret into a value that is shown', () => {
    const env = { FIREFLY_CLIENT_SECRET: SECRET, FIREFLY_OUTPUT_DIR: '/x/$FIREFLY_CLIENT_SECRET' };
    expect(outcome(env)).toMatchObject({ refusal: expect.stringMatching(/^FIREFLY_OUTPUT_DIR holds the placeholder/) });
  });

  test('that are filled in with another placeholder are refused', () => {
    expect(outcome({ FIREFLY_RPM: '${FIREFLY_RPM}' })).toMatchObject({
      refusal: expect.stringMatching(/^FIREFLY_RPM holds/),
    });
  });
});

describe('folders', () => {
  test.each([
    ['file:///home/ann/My%20Pictures', '/home/ann/My Pictures'],
    ['file://localhost/pics', '/pics'],
    ['file:///pics/100%', '/pics/100%'],
    ['~/Pictures', '/home/ann/Pictures'],
  ])('may be written as %s', (text, folder) => {
    const config = resolve({ FIREFLY_OUTPUT_DIR: text, FIREFLY_ROOTS: `${text}:"/b c":file:///d` });
    expect([config.outputFolder, config.roots]).toEqual([folder, [folder, '/b c', '/d']]);
  });

  test('may be a JSON list', () => {
    expect(resolve({ FIREFLY_ROOTS: '["/a", "~/b"]' }).roots).toEqual(['/a', '/home/ann/b']);
    expect(resolve({ FIREFLY_ROOTS: '[]' }).roots).toEqual([]);
  });

  test.each([
    ['https://example.com/pics', 'a URL'],
    ['file://server/pics', 'file: URL'],
    ['file:pics', 'file: URL'],
    ['~bob/pics', 'another user'],
    ['C:\\Users\\ann\\Pictures', 'a path of Windows'],
    [`/${'x'.repeat(100_000)}`, 'a path of 100001 characters'],
    ['%USERPROFILE%\\Pictures', 'a path of Windows'],
    ['/path/to/pictures', 'an example'],
    ['/home/.../pics', 'an example'],
    ['/a\u0007b', 'a control character'],
    ['{"a": 1}', '(a list|a quote)'],
  ])('are refused by name where they are no folder of this machine: %s', (text, why) => {
    for (const name of ['FIREFLY_HOME', 'FIREFLY_OUTPUT_DIR', 'FIREFLY_ROOTS', 'NODE_EXTRA_CA_CERTS']) {
      expect(outcome({ [name]: text })).toEqual({
        refusal: expect.stringMatching(new RegExp(`^${name} names .*${why}`)),
      });
    }
  });

  test.each(['/a;/b', '/a,/b', 'none:/a'])('in a list with another separator are refused: %s', (text) => {
    expect(outcome({ FIREFLY_ROOTS: text })).toEqual({ refusal: expect.stringMatching(/^FIREFLY_ROOTS names/) });
  });

  test('of a repeated flag add up', () => {
    const lists = { roots: ['/a', '"/b"', '["/c","/d"]'], toolsets: ['core', 'batch'], rpm: ['3', '5'] };
    const flags = { roots: '["/c","/d"]', toolsets: 'batch', rpm: '5' };
    const config = resolve({}, { flags, lists });
    expect([config.roots, config.toolsets, config.perMinute]).toEqual([['/a', '/b', '/c', '/d'], ['core', 'batch'], 5]);
  });

  test('on Windows are filled in without regard to case, and keep their backslashes', () => {
    const windows = { platform: 'win32', cwd: 'D:\\shop', home: 'C:\\Users\\ann' } as const;
    const env = {
      USERPROFILE: 'C:\\Users\\ann',
      FIREFLY_OUTPUT_DIR: '%UserProfile%\\Pictures',
      FIREFLY_ROOTS: '"C:\\a b";file:///C:/c',
    };
    const config = resolve(env, windows);
    expect([config.outputFolder, config.roots]).toEqual(['C:\\Users\\ann\\Pictures', ['C:\\a b', 'C:\\c']]);
  });

  test('that are relative need a working directory; without one the others serve, and no folder is a root', () => {
    const gone = { cwd: undefined };
    expect(outcome({ FIREFLY_OUTPUT_DIR: 'out' }, gone)).toEqual({
      refusal: expect.stringMatching(/^FIREFLY_OUTPUT_DIR names a relative path/),
    });
    const config = resolve({}, gone);
    expect([config.roots, config.outputFolder]).toEqual([[], '/home/ann/Pictures/Firefly']);
  });
});

describe('a proxy', () => {
  const passwords = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `${text}Q7`);

  test('with any password is taken percent-encoded, and as it is only where that means the same; it is never shown', () => {
    fc.assert(
      fc.property(passwords, (password) => {
        const encoded = encodeURIComponent(password);
        const taken = resolve({ HTTPS_PROXY: `http://ann:${encoded}@proxy.example:3128` }).httpsProxy ?? '';
        expect(decodeURIComponent(new URL(taken).password)).toBe(password);
        let raw: string | undefined;
        try {
          raw = resolve({ HTTPS_PROXY: `http://ann:${password}@proxy.example:3128` }).httpsProxy;
        } catch (error) {
          expect(error).toMatchObject({
            code: 'config_invalid',
            message: expect.stringMatching(/^HTTPS_PROXY .*not shown\.$|^HTTPS_PROXY holds a placeholder/),
          });
          return;
        }
        const { hostname, password: read } = new URL(raw ?? '');
        expect(hostname).toBe('proxy.example');
        expect(() => decodeURIComponent(read)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  test.each([`http://us@er:p@${SECRET}#1@host:3128`, `us@er:${SECRET}/@host:1`, `http://ann:${SECRET}%zz@host:3128`])(
    'with a special character in its password is refused, naming what to encode: %#',
    (text) => {
      expect(outcome({ HTTPS_PROXY: text })).toEqual({
        refusal: expect.stringMatching(/^HTTPS_PROXY .*"@" as %40, "#" as %23/),
      });
    },
  );

  test.each(['DIRECT', 'direct://', 'none'])('%s is none', (text) => {
    expect(resolve({ HTTPS_PROXY: text }).httpsProxy).toBeUndefined();
  });

  test.each([
    ['socks5h://proxy:1080', 'SOCKS proxy, which is not supported'],
    ['PROXY proxy.example:8080; DIRECT', 'PAC'],
    ['http://wpad.example/proxy.pac', 'an address with a path'],
    ['http:/proxy.example:3128', 'something other than one address'],
    ['http://one.example:3128,http://two.example:3128', 'something other than one address'],
  ])('%s is refused with the reason', (text, why) => {
    expect(outcome({ HTTPS_PROXY: text })).toEqual({ refusal: expect.stringContaining(why) });
  });

  test('that is wrong prevents no demo', () => {
    expect(outcome({ HTTPS_PROXY: 'socks5://x', FIREFLY_API_URL: 'nonsense' }, { demo: true })).toHaveProperty(
      'config',
    );
  });
});

test('a file of a secret is named as any other path', () => {
  const readFile = (path: string) =>
    path === '/home/ann/secret' ? { text: `\ufeff"${SECRET}"\r\n`, mode: 0o100600 } : undefined;
  for (const path of ['~/secret', '$HOME/secret', '"/home/ann/secret"', 'file:///home/ann/secret']) {
    const env = { FIREFLY_CLIENT_ID: 'a1b2c3', FIREFLY_CLIENT_SECRET_FILE: path };
    expect(resolveConfig({ ...BASE, env, readFile }).credentials?.clientSecret).toBe(SECRET);
  }
  const env = { FIREFLY_CLIENT_SECRET_FILE: '${user_config.file}' };
  expect(outcome(env)).toEqual({ refusal: expect.stringMatching(/^FIREFLY_CLIENT_SECRET_FILE holds a placeholder/) });
});

describe('addresses of trusted proxies', () => {
  test.each(['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', ' 192.0.2.1 , 2001:db8::/32 ', '0.0.0.0/0'])(
    '%j are taken',
    (value) => {
      const ranges = value.split(',').map((range) => range.trim());
      expect(resolve({ FIREFLY_TRUSTED_PROXIES: value }).trustedProxies).toEqual(ranges);
    },
  );

  test.each([
    'proxy.example',
    '10.0.0.0/33',
    '256.0.0.1',
    '10.0.0',
    'fd00::/129',
    'fe80::1%eth0',
    '[::1]',
    '10.0.0.1:80',
  ])('%j is refused', (value) => {
    expect(() => resolve({ FIREFLY_TRUSTED_PROXIES: value })).toThrow(
      expect.objectContaining({ code: 'config_invalid' }) as Error,
    );
  });
});

describe('the address of a database', () => {
  test.each(['pa#ss', 'pa/ss', 'pa?ss', '12#ss', '12/ss', '12?ss', 'pa%ss', 'pa%ff'])(
    'with the password %s as it is names what to encode, and is not taken for another host',
    (password) => {
      expect(outcome({ FIREFLY_DATABASE_URL: `postgres://ann:${password}${SECRET}@db.example/firefly` })).toEqual({
        refusal: expect.stringMatching(/^FIREFLY_DATABASE_URL names an address with a special character .*"#" as %23/),
      });
    },
  );

  test.each([
    'postgres://ann:p%23w@db.example/firefly',
    'postgresql://ann@db.example/firefly',
    'postgres://db.example/firefly?user=ann@example.com&password=x',
    'postgres://ann:p%23w@db.example/firefly?application_name=a@b',
    'postgres://db.example/firefly',
  ])('%s is taken', (text) => {
    expect(resolve({ FIREFLY_DATABASE_URL: text }).databaseUrl).toBe(text);
  });
});
