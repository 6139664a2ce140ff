import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { optionFlags, optionHelp, optionTable } from '../../src/config/describe.ts';
import { OPTION_LIST } from '../../src/config/options.ts';
import { resolveConfig, type ConfigInput } from '../../src/config/resolve.ts';
import type { TextFile } from '../../src/config/sources.ts';
import { Problem } from '../../src/shared/errors.ts';

type Files = Record<string, TextFile | string>;

function input(parts: Partial<ConfigInput> & { files?: Files } = {}): ConfigInput {
  const { files = {}, ...rest } = parts;
  const readFile = (path: string): TextFile | undefined => {
    const file = files[path];
    return typeof file === 'string' ? { text: file, mode: 0o100600 } : file;
  };
  const base: ConfigInput = {
    platform: 'linux',
    cwd: '/home/ann/project',
    home: '/home/ann',
    env: {},
    flags: {},
    demo: false,
    readFile,
  };
  return { ...base, ...rest };
}

function problemOf(run: () => unknown): Problem {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const CONFIG_PATH = '/home/ann/.local/share/firefly-mcp/config.json';

describe('resolveConfig', () => {
  test('gives the documented defaults without any input', () => {
    const config = resolveConfig(input());
    expect(config).toMatchObject({
      apiUrl: 'https://firefly-api.adobe.io',
      imsUrl: 'https://ims-na1.adobelogin.com',
      trustedOrigins: [],
      home: '/home/ann/.local/share/firefly-mcp',
      roots: ['/home/ann/project'],
      outputFolder: '/home/ann/project',
      perMinute: 4,
      perDay: 9000,
      waitSeconds: 45,
      preview: 'thumb',
      logLevel: 'info',
      credentials: undefined,
      missing: ['FIREFLY_CLIENT_ID', 'FIREFLY_CLIENT_SECRET'],
      warnings: [],
    });
    expect(config.scopes.join(',')).toBe(
      'openid,AdobeID,session,additional_info,read_organizations,firefly_api,ff_apis',
    );
  });

  test('returns a deeply frozen configuration', () => {
    const config = resolveConfig(input({ env: { FIREFLY_CLIENT_ID: 'a', FIREFLY_CLIENT_SECRET: 'b' } }));
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.scopes)).toBe(true);
    expect(Object.isFrozen(config.credentials)).toBe(true);
  });

  test('prefers flags to the environment, that to the config file, and that to defaults', () => {
    const files = { [CONFIG_PATH]: '{"FIREFLY_RPM": 7, "FIREFLY_RPD": 70, "FIREFLY_WAIT_SECONDS": "9"}' };
    const env = { FIREFLY_RPM: '8', FIREFLY_RPD: '80' };
    const config = resolveConfig(input({ files, env, flags: { rpm: '9' } }));
    expect([config.perMinute, config.perDay, config.waitSeconds, config.preview]).toEqual([9, 80, 9, 'thumb']);
  });

  test('ignores empty text', () => {
    const env = { FIREFLY_RPM: ' ', FIREFLY_PREVIEW: '""', FIREFLY_RPD: '' };
    const config = resolveConfig(input({ env, files: { [CONFIG_PATH]: '{"FIREFLY_RPM": 7}' } }));
    expect([config.perMinute, config.preview, config.perDay]).toEqual([7, 'thumb', 9000]);
  });

  test.each([
    [{ FIREFLY_RPM: 'four' }, 'FIREFLY_RPM must be a whole number from 1 to 10000; received "four".'],
    [{ FIREFLY_READ_ONLY: 'maybe' }, 'FIREFLY_READ_ONLY must be true or false; received "maybe".'],
    [
      { FIREFLY_TOOLSETS: 'core,edit' },
      'FIREFLY_TOOLSETS must be a list of core, editing, video, batch, library, separated by commas, or all; received "core,edit".',
    ],
    [{ FIREFLY_RPM: '0' }, 'FIREFLY_RPM must be a whole number from 1 to 10000; received "0".'],
    [{ FIREFLY_RPM: '1e3' }, 'FIREFLY_RPM must be a whole number from 1 to 10000; received "1e3".'],
    [{ FIREFLY_PREVIEW: 'big' }, 'FIREFLY_PREVIEW must be one of thumb, none, full; received "big".'],
    [{ FIREFLY_LOG_LEVEL: 'loud' }, /^FIREFLY_LOG_LEVEL must be one of silent, error, warn, info, debug; received/],
    [{ FIREFLY_API_URL: 'http://firefly-api.adobe.io' }, /^FIREFLY_API_URL must be an https origin .* received "http:/],
    [{ FIREFLY_API_URL: 'firefly-api.adobe.io' }, /^FIREFLY_API_URL must be an https origin/],
    [{ FIREFLY_API_URL: 'https://a.example/v3?key=hush' }, /^FIREFLY_API_URL must be .*\?\[redacted\]"\.$/],
    [{ FIREFLY_IMS_URL: 'https://ann:hush@ims.example' }, /received "https:\/\/…@ims\.example"\.$/],
    [{ FIREFLY_TRUSTED_ORIGINS: 'https://a.example,ftp://b' }, /^FIREFLY_TRUSTED_ORIGINS must be origins/],
    [{ FIREFLY_API_URL: 'http://127.0.0.1.example:80' }, /^FIREFLY_API_URL must be/],
    [
      { HTTPS_PROXY: 'socks5://ann:hush@proxy' },
      /^HTTPS_PROXY names a SOCKS proxy, which is not supported.*; its value is not shown\.$/,
    ],
    [{ FIREFLY_CLIENT_SECRET: 'hush hush' }, /^FIREFLY_CLIENT_SECRET must be .*; its value is not shown\.$/],
  ])('reports an invalid value in one clear line: %j', (env, line) => {
    const problem = problemOf(() => resolveConfig(input({ env })));
    expect(problem.code).toBe('config_invalid');
    expect(problem.message).toMatch(line);
    expect(`${problem.message} ${problem.next}`).not.toMatch(/hush|\n/);
  });

  test.each([
    [undefined, ['core', 'editing', 'video', 'batch', 'library']],
    ['all', ['core', 'editing', 'video', 'batch', 'library']],
    ['core', ['core']],
    [' Library, core,core ', ['core', 'library']],
    ['batch,all', ['core', 'editing', 'video', 'batch', 'library']],
  ])('reads the sets of tools %j', (text, sets) => {
    expect(resolveConfig(input({ env: { FIREFLY_TOOLSETS: text } })).toolsets).toEqual(sets);
  });

  test('reads the sets of tools from a list of the config file too', () => {
    const files = { [CONFIG_PATH]: '{"FIREFLY_TOOLSETS": ["core", "batch"]}' };
    expect(resolveConfig(input({ files })).toolsets).toEqual(['core', 'batch']);
  });

  test('reports an invalid flag as a flag', () => {
    const problem = problemOf(() => resolveConfig(input({ flags: { rpm: 'x' } })));
    expect(problem.message).toMatch(/^--rpm must be/);
  });

  test('accepts plain http for this machine only', () => {
    const env = {
      FIREFLY_API_URL: 'http://127.0.0.1:4010/',
      FIREFLY_TRUSTED_ORIGINS: 'http://localhost:1, http://[::1]:2',
    };
    const config = resolveConfig(input({ env }));
    expect(config.apiUrl).toBe('http://127.0.0.1:4010');
    expect(config.trustedOrigins).toEqual(['http://localhost:1', 'http://[::1]:2']);
  });

  test('ignores credentials and proxy in --demo, which has its own folder and quota', () => {
    const env = {
      FIREFLY_CLIENT_SECRET: 'not good',
      FIREFLY_CLIENT_ID_FILE: '/gone',
      FIREFLY_RPM: '4',
      HTTPS_PROXY: 'p:1',
    };
    const config = resolveConfig(input({ demo: true, env }));
    expect(config.credentials).toBeUndefined();
    expect(config.home).toBe('/home/ann/.local/share/firefly-mcp/demo');
    expect([config.perMinute, config.httpsProxy, config.missing]).toEqual([60, undefined, []]);
  });

  test('warns about an unknown variable and suggests the nearest name', () => {
    const config = resolveConfig(input({ env: { FIREFLY_RMP: '4', FIREFLY_ZZZZZZZZZZ: '1', HOME: '/x' } }));
    expect(config.warnings).toEqual([
      'FIREFLY_RMP is set, but no such option exists. Did you mean FIREFLY_RPM?',
      'FIREFLY_ZZZZZZZZZZ is set, but no such option exists.',
    ]);
  });
});

test('knows every variable that an example reads', () => {
  const folder = new URL('../../examples/', import.meta.url);
  const texts = readdirSync(folder)
    .filter((name) => /\.(sh|py|ts)$/.test(name))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const names = [...new Set(texts.join('\n').match(/\bFIREFLY_\w+/g))];
  expect(names).toContain('FIREFLY_MCP');
  const env = Object.fromEntries(names.map((name) => [name, 'http://127.0.0.1']));
  expect(resolveConfig(input({ env })).warnings).toEqual([]);
});

describe('config.json', () => {
  test('may hold lists and numbers; its relative paths start from the working directory', () => {
    const files = { [CONFIG_PATH]: '\ufeff{"FIREFLY_ROOTS": ["/a", "b"], "FIREFLY_SCOPES": ["x", "y"]}' };
    const config = resolveConfig(input({ files }));
    expect(config.roots).toEqual(['/a', '/home/ann/project/b']);
    expect(config.scopes).toEqual(['x', 'y']);
  });

  test('may hold an empty list, which means none', () => {
    const config = resolveConfig(input({ files: { [CONFIG_PATH]: '{"FIREFLY_ROOTS": []}' } }));
    expect(config.roots).toEqual([]);
    expect(config.outputFolder).toBe('/home/ann/Pictures/Firefly');
  });

  test('is read from the folder that FIREFLY_HOME or --home names', () => {
    const files = { '/data/config.json': '{"FIREFLY_RPM": 3}' };
    expect(resolveConfig(input({ files, env: { FIREFLY_HOME: '/data' } })).perMinute).toBe(3);
    expect(resolveConfig(input({ files, flags: { home: '/data' } })).perMinute).toBe(3);
  });

  test.each([
    ['{', /is not valid JSON/],
    ['[1]', /must hold a JSON object/],
    ['{"FIREFLY_DAILY_BUDGET": 5, "FIREFLY_DAILY_BUDGET": 500}', /: the key "FIREFLY_DAILY_BUDGET" is there twice/],
    ['{"FIREFLY_RMP": 4}', /sets FIREFLY_RMP, which is not an option there\. Did you mean FIREFLY_RPM\?/],
    ['{"FIREFLY_HOME": "/x"}', /sets FIREFLY_HOME, which is not an option there/],
    ['{"FIREFLY_RPM": "many"}', /^FIREFLY_RPM in \/home.*config\.json must be a whole number.*"many"/],
    ['{"FIREFLY_RPM": [1]}', /^FIREFLY_RPM in .* must be a whole number/],
  ])('with %s is refused in one line', (text, line) => {
    expect(problemOf(() => resolveConfig(input({ files: { [CONFIG_PATH]: text } }))).message).toMatch(line);
  });

  test('may hold a secret only if no other user may open it', () => {
    const text = '{"FIREFLY_CLIENT_ID": "id-1", "FIREFLY_CLIENT_SECRET": "hush"}';
    const open = problemOf(() => resolveConfig(input({ files: { [CONFIG_PATH]: { text, mode: 0o100644 } } })));
    expect(open.message).toContain('mode 0644');
    expect(open.next).toContain('chmod 600');
    expect(resolveConfig(input({ files: { [CONFIG_PATH]: text } })).credentials?.clientSecret).toBe('hush');
  });

  test('that cannot be read is reported, not ignored', () => {
    const readFile = () => {
      throw Object.assign(new Error('denied'), { code: 'EACCES' });
    };
    expect(problemOf(() => resolveConfig(input({ readFile }))).message).toMatch(/cannot be read: .*\(EACCES\)/);
  });
});

describe('the option table', () => {
  test('has no flag for a secret', () => {
    const leaking = OPTION_LIST.filter(([, option]) => option.secret && option.flag !== undefined);
    expect(leaking).toEqual([]);
  });

  test('has each variable and each flag once', () => {
    const variables = OPTION_LIST.flatMap(([, option]) => option.variables);
    expect(new Set(variables).size).toBe(variables.length);
    const flags = OPTION_LIST.flatMap(([, option]) => option.flag ?? []);
    expect(optionFlags().size).toBe(flags.length);
  });

  test('describes every option in one sentence, in help and README', () => {
    for (const [, option] of OPTION_LIST) {
      expect(option.help).toMatch(/^[A-Z].*\.$/);
      expect(optionTable()).toContain(option.help);
      if (option.flag !== undefined) expect(optionHelp()).toMatch(new RegExp(`^  --${option.flag} `, 'm'));
    }
  });
});
