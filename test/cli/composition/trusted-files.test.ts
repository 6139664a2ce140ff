import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { isReadOnlyMount } from '../../../src/cli/terminal/text-file.ts';
import { prepareLocation } from '../../../src/store/sqlite/location.ts';
import { canary } from '../../support/canaries.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { fakeTerminal } from '../fake-terminal.ts';
import { lacks } from '../../support/lacking.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) lacks('the rights to give a file to another user: run as root');
const NOBODY = 65_534;
const SETTINGS = JSON.stringify({ FIREFLY_IMS_URL: 'http://127.0.0.1:9' });
let folder = '';
let home = '';
beforeEach(() => {
  folder = temporaryFolder('firefly-trust-');
  home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
});
afterEach(() => removeFolder(folder));

async function run(command: string, env: Record<string, string> = {}): Promise<{ code: number; err: string }> {
  const terminal = fakeTerminal([command], { cwd: folder, home: folder, env: { FIREFLY_HOME: home, ...env } });
  const code = await main(terminal);
  return { code, err: terminal.output.err };
}
const doctor = () => run('doctor');
const jobs = (env: Record<string, string> = {}) => run('jobs', env);

describe('a data folder', () => {
  test.each([0o777, 0o1777, 0o770, 0o702])(
    'that others may write to is refused by every command (%o)',
    async (mode) => {
      writeFileSync(join(home, 'config.json'), SETTINGS, { mode: 0o600 });
      chmodSync(home, mode);
      const { code, err } = await jobs();
      expect(code).toBe(78);
      expect(err).toMatch(
        /^firefly-mcp: The data folder \S+ is not used: other users may write to it \(mode 0\d+\)\. Run: chmod 700/,
      );
    },
  );

  test.skipIf(!isRoot)('of another user is refused', async () => {
    chownSync(home, NOBODY, NOBODY);
    const { code, err } = await doctor();
    expect(code).toBe(78);
    expect(err).toContain('another user owns it');
  });

  test.skipIf(!isRoot).each([
    ['that is a link', (link: string) => link],
    ['below a link', (link: string) => join(link, 'below', 'deep')],
    [
      'behind a link of this user',
      (link: string) => {
        symlinkSync(link, join(folder, 'mine'));
        return join(folder, 'mine');
      },
    ],
  ])('%s of another user is refused, though it leads to a folder of this one', async (_what, place) => {
    writeFileSync(join(home, 'config.json'), SETTINGS, { mode: 0o600 });
    const link = join(folder, 'link');
    symlinkSync(home, link);
    const named = place(link);
    expect((await jobs({ FIREFLY_HOME: named })).code).toBe(0);
    lchownSync(link, NOBODY, NOBODY);
    const { code, err } = await jobs({ FIREFLY_HOME: named });
    expect(code).toBe(78);
    expect(err).toMatch(/\/link is a link, and another user owns it \(uid 65534\)/);
    await expect(prepareLocation(join(named, 'other.sqlite'))).rejects.toThrow(
      'link is a link, and another user owns it',
    );
  });

  test('that others may only enter is used', async () => {
    chmodSync(home, 0o755);
    expect((await jobs()).code).toBe(0);
  });
});

describe('config.json', () => {
  const put = (mode: number) => {
    writeFileSync(join(home, 'config.json'), SETTINGS);
    chmodSync(join(home, 'config.json'), mode);
  };

  test.each([0o666, 0o620, 0o602])(
    'that others may write to is refused, with a secret in it or not (%o)',
    async (mode) => {
      put(mode);
      const { code, err } = await jobs();
      expect(code).toBe(78);
      expect(err).toContain('config.json is not used: other users may write to it');
    },
  );

  test('without a secret that others may read is used', async () => {
    put(0o644);
    expect((await jobs()).code).toBe(0);
  });

  test.skipIf(!isRoot)('of another user is refused', async () => {
    put(0o600);
    chownSync(join(home, 'config.json'), NOBODY, NOBODY);
    expect(await jobs()).toMatchObject({ code: 78, err: expect.stringContaining('another user owns it') });
  });

  test('that is a pipe is refused at once', async () => {
    execFileSync('mkfifo', ['-m', '600', join(home, 'config.json')]);
    expect(await jobs()).toMatchObject({ code: 78, err: expect.stringContaining('is no regular file') });
  });

  test('that is longer than any settings is refused before it is read whole', async () => {
    put(0o600);
    truncateSync(join(home, 'config.json'), 2 ** 32);
    expect(await jobs()).toMatchObject({ code: 78, err: expect.stringContaining('(EFBIG)') });
  });

  test('that has no end is refused', async () => {
    symlinkSync('/dev/zero', join(home, 'config.json'));
    expect(await jobs()).toMatchObject({ code: 78, err: expect.stringContaining('is no regular file') });
  });
});

describe('a file with the client secret', () => {
  const secret = canary('client-secret');
  const env = (path: string) => ({ FIREFLY_CLIENT_ID: 'id', FIREFLY_CLIENT_SECRET_FILE: path });
  const put = (mode: number) => {
    const path = join(folder, 'client-secret');
    writeFileSync(path, secret);
    chmodSync(path, mode);
    return path;
  };

  test.each([
    [0o620, 'other users may write to it'],
    [0o644, 'other users may open it'],
    [0o604, 'other users may open it'],
  ])('of mode %o is refused', async (mode, reason) => {
    const { code, err } = await jobs(env(put(mode)));
    expect(code).toBe(78);
    expect(err).toContain(reason);
    expect(err).not.toContain(secret);
  });

  test('may be a link to a file of this user', async () => {
    symlinkSync(put(0o600), join(folder, 'link'));
    expect((await jobs(env(join(folder, 'link')))).code).toBe(0);
  });

  test.skipIf(!isRoot)('of another user is refused, also behind a link', async () => {
    const path = put(0o600);
    chownSync(path, NOBODY, NOBODY);
    symlinkSync(path, join(folder, 'link'));
    for (const name of [path, join(folder, 'link')]) {
      expect(await jobs(env(name))).toMatchObject({ code: 78, err: expect.stringContaining('another user owns it') });
    }
  });
});

test('a mount that takes no writes is recognised, the innermost and the last one first', () => {
  const table = [
    '1 0 8:1 / / rw,relatime - ext4 /dev/sda1 rw',
    '2 1 0:5 / /run/secrets ro,relatime - tmpfs tmpfs rw',
    '3 1 0:6 / /run/secrets/own rw - tmpfs tmpfs rw',
    '4 1 0:7 / /with\\040blank ro - tmpfs tmpfs rw',
    '5 1 0:8 / /twice ro - tmpfs tmpfs rw',
    '6 5 0:9 / /twice rw - tmpfs tmpfs rw',
  ].join('\n');
  expect(isReadOnlyMount('/run/secrets/key', table)).toBe(true);
  expect(isReadOnlyMount('/run/secrets/own/key', table)).toBe(false);
  expect(isReadOnlyMount('/run/secretsX/key', table)).toBe(false);
  expect(isReadOnlyMount('/with blank/key', table)).toBe(true);
  expect(isReadOnlyMount('/twice/key', table)).toBe(false);
  expect(isReadOnlyMount('/etc/key', table)).toBe(false);
  expect(isReadOnlyMount('/etc/key', '')).toBe(false);
});

describe('a file of certificates', () => {
  const path = () => join(folder, 'company.pem');
  const certified = async () => {
    const credentials = { FIREFLY_CLIENT_ID: 'client', FIREFLY_CLIENT_SECRET: canary('client-secret') };
    // Nothing listens there, so that a file which is believed leads no further.
    const nowhere = { FIREFLY_API_URL: 'https://127.0.0.1:9', FIREFLY_IMS_URL: 'https://127.0.0.1:9' };
    const env = { FIREFLY_HOME: home, ...credentials, ...nowhere, NODE_EXTRA_CA_CERTS: path() };
    const args = ['call', 'generate_image', '--prompt', 'a fox', '--dry_run', 'true'];
    const terminal = fakeTerminal(args, { cwd: folder, home: folder, env });
    await main(terminal);
    return terminal.output.out;
  };
  beforeEach(() => {
    writeFileSync(path(), '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n');
    chmodSync(path(), 0o644);
  });

  test('that others may read is used', async () => {
    expect(await certified()).toContain('adobe_unreachable');
  });

  test.each([0o666, 0o664, 0o646])('that others may write to is refused (%o)', async (mode) => {
    chmodSync(path(), mode);
    const out = await certified();
    expect(out).toContain('certificates_unreadable');
    expect(out).toContain('The file named by NODE_EXTRA_CA_CERTS is not used: other users may write to it');
  });

  test.skipIf(!isRoot)('of another user is refused', async () => {
    chownSync(path(), NOBODY, NOBODY);
    expect(await certified()).toContain('is not used: another user owns it');
  });
});
