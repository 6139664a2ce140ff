import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compose, type Composition } from '../../../src/cli/composition/compose.ts';
import { mayHoldJobs } from '../../../src/cli/composition/data-paths.ts';
import { machineChecks } from '../../../src/cli/doctor/machine.ts';
import { readTextFile } from '../../../src/cli/terminal/text-file.ts';
import { resolveConfig } from '../../../src/config/resolve.ts';
import { LOCAL_CALLER } from '../../../src/shared/caller.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { createLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { startFaultProxy } from '../../faults/lines/fault-proxy.ts';
import { raw, serveTestTools } from '../../mcp/fixture/http.ts';
import { createDatabase, sharedPostgres, type TestDatabase } from '../../support/postgres/database.ts';
import { removeFolder, temporaryFolder, searchedLines } from '../../support/artefacts.ts';
import { turnsMs } from '../../support/work.ts';

const server = await sharedPostgres();

describe.skipIf(server === undefined)('an installation with PostgreSQL', () => {
  let folder: string;
  let database: TestDatabase;
  const opened: Composition[] = [];
  beforeEach(async () => {
    folder = temporaryFolder('cli-postgres-');
    database = await createDatabase(server ?? '');
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((made) => made.close()));
    await database.drop();
    removeFolder(folder);
  });

  function composition(url: string) {
    const machine = { platform: process.platform, cwd: folder, home: folder, flags: {}, demo: false } as const;
    const env = { FIREFLY_HOME: join(folder, 'home'), FIREFLY_DATABASE_URL: url };
    const config = resolveConfig({ ...machine, env, readFile: readTextFile });
    const lines: string[] = [];
    const logger = createLogger({ level: 'debug', write: searchedLines(lines), now: () => 0 });
    const terminal = {
      clock: systemClock,
      random: systemRandom,
      cwd: folder,
      home: '/home/anna',
      platform: 'linux' as const,
    };
    const made = compose({ config, logger, hide: () => undefined, terminal });
    opened.push(made);
    return { config, lines, made };
  }

  test('creates its tables there, and no SQLite file', async () => {
    const { config, made } = composition(database.url);
    expect(mayHoldJobs(config)).toBe(true);
    const { jobs } = await made.services();
    expect(await jobs.list({ limit: 10 }, LOCAL_CALLER)).toEqual([]);
    const tables = await database.ask(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
    expect(tables.map((row) => row['tablename'])).toEqual(
      expect.arrayContaining(['jobs', 'permits', 'cooldowns', 'images', 'migrations']),
    );
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).includes('sqlite'))).toEqual([]);
  });

  test(
    'is ready while the database server answers, reports within three seconds that it does not, and closes without it',
    { tags: 'long' },
    async () => {
      const proxy = await startFaultProxy(`http://${new URL(database.url).host}`);
      const url = new URL(database.url);
      url.host = new URL(proxy.origin).host;
      const { made } = composition(url.href);
      const serving = await serveTestTools({ services: () => made.services() });
      const readiness = async () => (await raw(serving.port, { method: 'GET', path: '/readyz' })).status;
      try {
        // The first question loads the program and makes the tables.
        await expect.poll(readiness, { timeout: 60_000 }).toBe(200);
        await proxy.down();
        expect(await turnsMs(async () => expect(await readiness()).toBe(503))).toBeLessThan(3_000);
        await proxy.up();
        await expect.poll(readiness).toBe(200);
        await proxy.down();
        expect(await turnsMs(() => made.close())).toBeLessThan(5_000);
      } finally {
        await serving.close({ graceMs: 0 });
        await proxy.close();
      }
    },
  );

  test('is described by the doctor without the password', async () => {
    const { config, made } = composition(database.url);
    const check = machineChecks(config, made, process.platform).find(({ name }) => name === 'store');
    const { host } = new URL(database.url);
    expect(await check?.run()).toEqual({ verdict: 'ok', message: `postgres://tester@${host}/${database.name}` });
  });

  test('reports a wrong password to the operator, without the password', async () => {
    const url = new URL(database.url);
    url.password = 'wrong-but-secret';
    const { lines, made } = composition(url.href);
    const problem: unknown = await made.services().catch((error: unknown) => error);
    expect(problem).toMatchObject({ code: 'store_refused', actor: 'operator' });
    const { message, next } = problem as { message: string; next: string };
    expect(message + next + lines.join()).not.toContain('wrong-but-secret');
  });
});
