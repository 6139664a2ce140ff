import { randomBytes } from 'node:crypto';
import { appendFile, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import type { Emulator } from '../../../src/emulator/index.ts';
import { fakeTerminal } from '../../cli/fake-terminal.ts';
import { openStore } from '../../../src/store/open.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';
import { createDatabase, sharedPostgres, type TestDatabase } from '../../support/postgres/database.ts';

const server = await sharedPostgres();

/** A budget of two operations that is used up, and what then becomes of the store. */
let installation: TestInstallation;
let emulator: Emulator;
const whole = () => join(installation.folder, 'whole');

async function run(args: readonly string[], home: string, database: Record<string, string> = {}) {
  const env = installation.environment(emulator, {
    FIREFLY_HOME: join(installation.folder, home),
    FIREFLY_RPM: '60',
    FIREFLY_DAILY_BUDGET: '2',
    ...database,
  });
  const terminal = fakeTerminal(args, { cwd: installation.folder, env });
  return { code: await main(terminal), ...terminal.output };
}
const make = (prompt: string, home = 'home') => run(['call', 'generate_image', '--prompt', prompt], home);

beforeAll(async () => {
  installation = await TestInstallation.create();
  emulator = await installation.emulator({ draw: drawFlat, latencyMs: 20 });
  expect((await make('one')).code).toBe(0);
  await mkdir(whole());
  await copyFile(join(installation.folder, 'home', 'firefly.sqlite'), join(whole(), 'older.sqlite'));
  expect((await make('two')).code).toBe(0);
  for (const name of ['firefly.sqlite', 'audit.jsonl']) {
    await copyFile(join(installation.folder, 'home', name), join(whole(), name));
  }
});
afterAll(() => installation.end());

/** A home whose store this has become. */
async function homeWith(
  name: string,
  spoil: (files: { readonly store: string; readonly record: string }) => Promise<unknown>,
) {
  const folder = join(installation.folder, name);
  const files = { store: join(folder, 'firefly.sqlite'), record: join(folder, 'audit.jsonl') };
  await mkdir(folder, { mode: 0o700 });
  await copyFile(join(whole(), 'firefly.sqlite'), files.store);
  await copyFile(join(whole(), 'audit.jsonl'), files.record);
  await spoil(files);
  return folder;
}

const HALF_A_LINE = '{"time":"2026-11-2';

test.each([
  ['overwritten', ({ store }) => writeFile(store, randomBytes(20_000))],
  ['copied half', async ({ store }) => writeFile(store, (await readFile(store)).subarray(0, 50_000))],
  ['empty', ({ store }) => writeFile(store, '')],
  ['gone', ({ store }) => rm(store)],
  ['an older copy', ({ store }) => copyFile(join(whole(), 'older.sqlite'), store)],
  [
    'gone, and the record half-written',
    async ({ store, record }) => {
      await rm(store);
      await appendFile(record, HALF_A_LINE);
    },
  ],
  [
    'gone, and the record hostile',
    async ({ store, record }) => {
      await rm(store);
      const [line = ''] = (await readFile(record, 'utf8')).split('\n');
      const lineWith = (changes: object) => `${JSON.stringify({ ...JSON.parse(line), ...changes })}\n`;
      const hostile = [
        lineWith({ job: 'job_1', operations: -1_000_000 }),
        lineWith({ job: 'job_2', operations: 0.5 }),
        lineWith({ job: "job_3'); DROP TABLE permits; --" }),
        lineWith({ job: 'job_4', time: 'yesterday' }),
        lineWith({ job: 'job_5', outcome: 'free' }),
        `${'['.repeat(5_000)}\n`,
        `${'x'.repeat(3 * 1024 * 1024)}\n`,
        '\u0000\n',
        'null\n',
      ];
      await writeFile(record, `${hostile.join('')}${await readFile(record, 'utf8')}${hostile.join('')}`);
    },
  ],
] satisfies [string, (files: { store: string; record: string }) => Promise<unknown>][])(
  'a store that is %s does not forget what was spent, and doctor says so',
  { tags: 'long' },
  async (name, spoil) => {
    const folder = await homeWith(name, spoil);
    const sent = emulator.control.submits().length;
    const refused = await make('three', name);
    expect(refused.out).toContain('budget_exhausted');
    // Nothing counts twice.
    expect((await make('three', name)).out).toMatch(/: 2 were spent/);
    expect(emulator.control.submits()).toHaveLength(sent);
    const { out } = await run(['doctor'], name);
    const isDamaged = (await readdir(folder)).some((file) => file.includes('.damaged-'));
    expect(out).toMatch(
      isDamaged ? /warn +job store .*damaged.*taken from audit\.jsonl/ : /job store .*taken from audit\.jsonl/,
    );
    // How many were in the last minute is a matter of the machine's speed.
    expect(out).toMatch(
      /quota .*[0-2] of 60 requests used this minute.*; 2 of 9000 used .*, 8998 left.*Budget: 2 of 2 operations used .*, 0 left/,
    );
  },
);

test('a store that is whole takes nothing from the record', async () => {
  const folder = await homeWith('sound', async () => undefined);
  const { out } = await run(['doctor'], 'sound');
  expect(out).toMatch(/ok +job store +sound\n/);
  expect(out).toMatch(/Budget: 2 of 2 operations used .*, 0 left/);
  expect((await readFile(join(folder, 'audit.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(2);
});

test('lines of another account, and of more than a day ago, count for nobody here', async () => {
  await homeWith('others', async ({ store, record }) => {
    await rm(store);
    const [first = '', second = ''] = (await readFile(record, 'utf8')).split('\n');
    const old = { ...JSON.parse(first), time: new Date(Date.now() - 26 * 3_600_000).toISOString() };
    const foreign = { ...JSON.parse(second), account: 'another' };
    await writeFile(record, `${JSON.stringify(old)}\n${JSON.stringify(foreign)}\n`);
  });
  expect((await run(['doctor'], 'others')).out).toMatch(/Budget: 0 of 2 operations used .*, 2 left/);
});

test('a new store whose record cannot be read spends nothing before that is mended', async () => {
  await homeWith('unreadable', async ({ store, record }) => {
    await rm(store);
    await rm(record);
    await mkdir(record);
  });
  const refused = await make('three', 'unreadable');
  expect(refused.out).toContain('audit.jsonl');
  expect(refused.out).toContain('store_failed');
});

/** An entry of 26 hours ago. */
const ADD_OLD = `INSERT INTO spending_record
  SELECT (jsonb_populate_record(r, jsonb_build_object('job', 'job_old', 'ended_at', ended_at - 93600000))).*
  FROM spending_record r LIMIT 1`;

describe.skipIf(server === undefined)('a store in PostgreSQL', () => {
  let full: TestDatabase;
  const onPostgres = (args: readonly string[], { url }: TestDatabase) =>
    run(args, 'postgres', { FIREFLY_DATABASE_URL: url });

  beforeAll(async () => {
    full = await createDatabase(server ?? '');
    installation.onEnd(() => full.drop());
    for (const prompt of ['one', 'two']) {
      expect((await onPostgres(['call', 'generate_image', '--prompt', prompt], full)).code).toBe(0);
    }
  });

  test.each([
    ['has lost its permits', ['TRUNCATE permits']],
    ['has lost its jobs and permits', ['TRUNCATE permits', 'DELETE FROM content_references', 'TRUNCATE jobs CASCADE']],
    ['has lost one of two permits', ['DELETE FROM permits WHERE job = (SELECT MIN(job) FROM permits)']],
    ['has lost its permits, and has a record of older ones too', ['TRUNCATE permits', ADD_OLD]],
  ])('that %s does not forget what was spent, nor count it twice', { tags: 'long' }, async (_what, spoil) => {
    for (const statement of spoil) await full.ask(statement);
    const sent = emulator.control.submits().length;
    for (let n = 0; n < 2; n += 1) {
      const refused = await onPostgres(['call', 'generate_image', '--prompt', 'three'], full);
      expect(refused.out).toContain('budget_exhausted');
      expect(refused.out).toMatch(/: 2 were spent/);
    }
    expect(emulator.control.submits()).toHaveLength(sent);
    const { out } = await onPostgres(['doctor'], full);
    expect(out).toMatch(/job store .*taken from table spending_record into it/);
    expect(out).toMatch(/Budget: 2 of 2 operations used .*, 0 left/);
    const [row] = await full.ask('SELECT COUNT(*)::int AS permits FROM permits');
    expect(row).toEqual({ permits: 2 });
  });
});

test('a data folder of an earlier state of the program, whose tables differ, is named with the way out, and nothing is sent', async () => {
  await homeWith('earlier', async ({ store: path }) => {
    const db = await openStore({
      path,
      migrations: [],
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    });
    await db.run('ALTER TABLE jobs RENAME COLUMN fingerprint TO print');
    await db.close();
  });
  const before = emulator.control.submits().length;
  const { code, out } = await make('three', 'earlier');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    error: {
      code: 'store_differs',
      who_can_act: 'operator',
      next: expect.stringMatching(/^Move the data folder .*earlier away, or set FIREFLY_HOME to a new one\./),
    },
  });
  expect(emulator.control.submits()).toHaveLength(before);
});
