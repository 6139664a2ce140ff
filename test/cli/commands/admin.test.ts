import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { signInFor } from '../../../src/cli/composition/sign-in/sign-in.ts';
import { tokenHash } from '../../../src/mcp/sign-in/people.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { fakeTerminal } from '../fake-terminal.ts';

let home = '';
beforeAll(() => (home = temporaryFolder('firefly-admin-')));
afterAll(() => removeFolder(home));

async function run(args: readonly string[], parts: Parameters<typeof fakeTerminal>[1] = {}) {
  const terminal = fakeTerminal(args, { cwd: home, env: { FIREFLY_HOME: home }, ...parts });
  return { code: await main(terminal), ...terminal.output };
}

describe('an administrator at the command line', () => {
  test('sees what was spent, forgets a person after a yes, and the spending stays', { tags: 'long' }, async () => {
    expect(await run(['admin', 'jobs', '--demo'])).toMatchObject({
      code: 0,
      out: 'There is nothing in the store yet.\n',
    });
    expect((await run(['call', 'generate_image', '--prompt', 'a fox', '--demo'])).code).toBe(0);
    const spending = /\d{4}-\d\d-\d\d +local +1 operation \(1 request\)/;
    expect((await run(['admin', 'spending', '--demo'])).out).toMatch(spending);
    expect((await run(['admin', 'jobs', '--demo'])).out).toBe('No job is unfinished.\n');

    const unknown = await run(['admin', 'cancel', 'job_00000000000000000000', '--demo']);
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('There is no such job');
    const planned = await run(['admin', 'forget', 'local', '--dry-run', '--demo']);
    expect(planned.out).toContain('Would delete 1 job, 0 batches, 1 picture of local');
    const refused = await run(['admin', 'forget', 'local', '--demo']);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain('Run it again with --yes');
    const no = await run(['admin', 'forget', 'local', '--demo'], { ask: async () => 'n' });
    expect(no).toMatchObject({ code: 1, out: 'Nothing was deleted.\n' });

    const done = await run(['admin', 'forget', 'local', '--yes', '--demo']);
    expect(done).toMatchObject({ code: 0 });
    expect(done.out).toContain('Deleted 1 job, 0 batches, 1 picture');
    expect((await run(['jobs', '--demo'])).out).toContain('There are no jobs yet.');
    expect((await run(['admin', 'spending', '--demo'])).out).toMatch(spending);
  });

  test.each([
    [['admin'], 2, 'Name what to do'],
    [['admin', 'constructor'], 2, 'Name what to do'],
    [['admin', 'spending', '--days', '31', '--demo'], 2, '--days must be'],
    [['admin', 'cancel', '--demo'], 2, 'Name the job'],
    [['admin', 'forget', '--demo'], 2, 'Name the principal'],
  ])('%j ends with %d', async (args, code, words) => {
    const answer = await run(args);
    expect(answer.code).toBe(code);
    expect(answer.err).toContain(words);
  });
});

describe('a token for a person', () => {
  const screen = { errScreen: { columns: 80 } };
  const file = () => join(home, 'people.json');
  const add = (args: readonly string[], parts: object = screen) =>
    run(['admin', 'token', ...args, '--auth-file', file()], parts);
  const tokenIn = (err: string) => /^ {2}([\w-]{43})$/m.exec(err)?.[1] ?? '';
  const people = () => (JSON.parse(readFileSync(file(), 'utf8')) as { people: Record<string, unknown>[] }).people;
  const signedIn = async (token: string) => {
    const settings = { home, authFile: file(), oauthIssuer: undefined, oauthAudience: undefined, publicUrl: undefined };
    const machine = { clock: systemClock, random: systemRandom, platform: process.platform, logger: silentLogger };
    const { authenticate } = await signInFor(settings, machine);
    return authenticate({ transport: 'http', authorization: `Bearer ${token}`, from: 'network' });
  };

  test('is shown once, on a screen, and signs in; the file has its hash', async () => {
    const { code, err, out } = await add(['ada', '--scopes', 'read,admin', '--budget', '50']);
    expect([code, out]).toEqual([0, '']);
    const token = tokenIn(err);
    expect(people()).toEqual([
      { name: 'ada', token_sha256: tokenHash(token), scopes: ['firefly:read', 'firefly:admin'], budget: 50 },
    ]);
    expect(readFileSync(file(), 'utf8')).not.toContain(token);
    if (process.platform !== 'win32') expect(statSync(file()).mode & 0o777).toBe(0o600);
    const can = { scopes: new Set(['read', 'admin']), budget: 50 };
    expect(await signedIn(token)).toMatchObject({ kind: 'accepted', identity: { principal: 'static|ada', can } });
  });

  test('replaces the former one where that is said, and changes nobody else', async () => {
    const former = people()[0]?.['token_sha256'];
    await add(['ben']);
    expect(await add(['ada'])).toMatchObject({ code: 2 });
    const { err } = await add(['ada', '--replace']);
    expect(people()[0]).toMatchObject({ name: 'ada', budget: 50, token_sha256: tokenHash(tokenIn(err)) });
    expect(people()[0]?.['token_sha256']).not.toBe(former);
    expect(people()[1]).toMatchObject({ name: 'ben', scopes: ['firefly:read', 'firefly:generate'] });
  });

  test.each([
    ['on what is no screen', ['eve'], { errScreen: undefined }, 'shown on a screen only'],
    ['for a name that is none', ['e v e'], screen, 'cannot be a name'],
    ['for a scope that is none', ['eve', '--scopes', 'all'], screen, '--scopes takes'],
    ['for no name', [], screen, 'Name the person'],
    ['in place of none', ['eve', '--replace'], screen, 'is not in'],
  ])('is not made %s', async (_what, args, parts, words) => {
    const before = readFileSync(file(), 'utf8');
    const { code, err } = await add(args, parts);
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(readFileSync(file(), 'utf8')).toBe(before);
  });

  test('is not made where no file is configured, or a broken one', async () => {
    expect(await run(['admin', 'token', 'ada'], screen)).toMatchObject({ code: 78 });
    writeFileSync(file(), '{"people": [');
    expect(await add(['eve'])).toMatchObject({ code: 78 });
    expect(readFileSync(file(), 'utf8')).toBe('{"people": [');
    expect(existsSync(join(home, 'http-token'))).toBe(false);
  });
});
