import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isPlaceholder } from '../../src/config/placeholders.ts';
import { resolveConfig, type ConfigInput } from '../../src/config/resolve.ts';
import { readTextFile } from '../../src/cli/terminal/text-file.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';

const folder = temporaryFolder('firefly-config-');
afterAll(() => removeFolder(folder));

function resolve(env: ConfigInput['env'], parts: Partial<ConfigInput> = {}) {
  const base = {
    platform: 'linux',
    cwd: folder,
    home: folder,
    flags: {},
    demo: false,
    readFile: readTextFile,
  } as const;
  return resolveConfig({ ...base, env: { FIREFLY_HOME: folder, ...env }, ...parts });
}

function secretFile(name: string, text: string, mode: number): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const PLACEHOLDERS = `your-client-id YOUR_CLIENT_SECRET your_client_id <client-id> xxx xxxxxxxx changeme change-me
  \${CLIENT_ID} \${user_config.client_id} \${input:id} ... **** paste-secret-here client_id TODO %CLIENT_ID%
  {{client_id}} p8e-here`.split(/\s+/);

describe('credentials', () => {
  test.each(PLACEHOLDERS)('that are the placeholder %s count as not configured', (value) => {
    const config = resolve({ FIREFLY_CLIENT_ID: value, FIREFLY_CLIENT_SECRET: 'p8e-aZ01_-bC' });
    expect(config.credentials).toBeUndefined();
    expect(config.missing).toEqual(['FIREFLY_CLIENT_ID']);
  });

  test.each(['a1b2c3d4e5f60718293a4b5c6d7e8f90', 'p8e-XxXxYyour-1', 'yourcompanyid7', 'exampleorg-17'])(
    'such as %s are not taken for placeholders',
    (value) => expect(isPlaceholder(value)).toBe(false),
  );

  // Characters of placeholders among others, as generated passwords have them.
  const ODD = 'ab<cd>ef p8e-<x a&b x>y a$8R $8R q{m}z {m} a$(b)c a${b a${8R}c ab{{x}} a<b> p%AB%x a$abc'.split(' ');

  test.each(ODD)('take the secret %s as it is written, also in an address', (secret) => {
    const config = resolve({
      FIREFLY_CLIENT_ID: 'id-1',
      FIREFLY_CLIENT_SECRET: secret,
      FIREFLY_DATABASE_URL: `postgres://ann:${secret.replaceAll('%', '%25')}@db.example/firefly`,
    });
    expect(config).toMatchObject({ credentials: { clientSecret: secret }, warnings: [] });
  });

  test.each(['p8e-${SECRET}', 'x{env:SECRET}', 'a${env:B}', 'a${user_config.b}c', 'a${B:-c}'])(
    'are refused for the reference in %s, which the host did not fill in',
    (secret) => {
      const env = { FIREFLY_CLIENT_ID: 'id-1', FIREFLY_CLIENT_SECRET: secret };
      expect(() => resolve(env)).toThrow('FIREFLY_CLIENT_SECRET holds a placeholder');
    },
  );

  test.each(['<password>', '{{password}}', '$(pass db)', '${', '${unclosed'])(
    'are refused for the password %s of an address, which nobody has filled in',
    (password) => {
      const env = { FIREFLY_DATABASE_URL: `postgres://ann:${password}@db.example/firefly` };
      expect(() => resolve(env)).toThrow('FIREFLY_DATABASE_URL holds a placeholder');
    },
  );

  test('without a secret or a token are incomplete, and the missing variable is named', () => {
    expect(resolve({ FIREFLY_CLIENT_ID: 'id-1' })).toMatchObject({
      credentials: undefined,
      missing: ['FIREFLY_CLIENT_SECRET'],
    });
  });

  test('with a client id and a token are complete', () => {
    expect(resolve({ FIREFLY_CLIENT_ID: 'id-1', FIREFLY_ACCESS_TOKEN: 'eyJ.a.b' }).credentials).toEqual({
      clientId: 'id-1',
      clientSecret: undefined,
      accessToken: 'eyJ.a.b',
    });
  });

  test('may have the variable names of Adobe’s tutorials; ours take precedence', () => {
    const tutorial = { FIREFLY_SERVICES_CLIENT_ID: 'fs', FIREFLY_SERVICES_CLIENT_SECRET: 'fss' };
    const models = { CUSTOM_MODELS_CLIENT_ID: 'cm', CUSTOM_MODELS_CLIENT_SECRET: 'cms' };
    expect(resolve(models).credentials?.clientId).toBe('cm');
    expect(resolve({ ...models, ...tutorial }).credentials?.clientSecret).toBe('fss');
    const ours = { FIREFLY_CLIENT_ID: 'own', FIREFLY_CLIENT_SECRET: 'your-secret' };
    expect(resolve({ ...tutorial, ...ours }).credentials).toMatchObject({ clientId: 'own', clientSecret: 'fss' });
  });

  test('may be in a file of mode 0600, whose line end is removed', () => {
    const path = secretFile('good', 'hush\n', 0o600);
    const config = resolve({ FIREFLY_CLIENT_ID: 'id-1', FIREFLY_CLIENT_SECRET_FILE: path });
    expect(config.credentials?.clientSecret).toBe('hush');
  });

  test.each([0o644, 0o640, 0o604])('in a file that others may open are refused (mode %o)', (mode) => {
    const path = secretFile('open', 'hush-hush', mode);
    expect(() => resolve({ FIREFLY_CLIENT_SECRET_FILE: path })).toThrow(/other users may open it \(mode 06/);
    expect(() => resolve({ FIREFLY_CLIENT_SECRET_FILE: path })).not.toThrow(/hush-hush/);
  });

  test('in a file that others may read are accepted on a read-only mount, as containers mount secrets', () => {
    const mounted = { text: 'hush', mode: 0o100444, isSealed: true };
    const readFile = (path: string) => (path === '/run/secrets/key' ? mounted : undefined);
    const env = { FIREFLY_CLIENT_ID: 'id', FIREFLY_CLIENT_SECRET_FILE: '/run/secrets/key' };
    expect(resolve(env, { readFile }).credentials?.clientSecret).toBe('hush');
    const foreign = () => ({ ...mounted, distrust: 'another user owns it (uid 7)' });
    expect(() => resolve(env, { readFile: foreign })).toThrow(/another user owns it/);
  });

  test('in a file of any mode are accepted on Windows, which has no modes', () => {
    const readFile = (path: string) => (path.endsWith('id.txt') ? { text: 'hush', mode: 0o100666 } : undefined);
    const env = { FIREFLY_CLIENT_ID: 'id', FIREFLY_CLIENT_SECRET_FILE: 'C:\\id.txt' };
    const place = { platform: 'win32', cwd: 'C:\\work', home: 'C:\\Users\\ann', readFile } as const;
    expect(resolve(env, place).credentials?.clientSecret).toBe('hush');
  });

  test('in a missing file are refused with its name', () => {
    expect(() => resolve({ FIREFLY_CLIENT_SECRET_FILE: 'gone.txt' })).toThrow(
      /FIREFLY_CLIENT_SECRET_FILE names .*gone\.txt/,
    );
  });
});
