import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, sharedPostgres } from '../../support/postgres/database.ts';
import { TestInstallation, type Connected, type Told } from '../../support/program/test-installation.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';

const BUDGET = 7;
const PROCESSES = 4;

const server = await sharedPostgres();
let installation: TestInstallation;
beforeEach(async () => {
  installation = await TestInstallation.create();
});
afterEach(() => installation.end());

/** Four servers that share a database and have a budget of seven operations. */
async function four(database: Record<string, string> = {}) {
  const emulator = await installation.emulator({ draw: drawFlat, latencyMs: 50, rpm: 1_000 });
  const environment = installation.environment(emulator, {
    FIREFLY_DAILY_BUDGET: String(BUDGET),
    FIREFLY_RPM: '600',
    ...database,
  });
  const servers: Connected[] = [];
  for (let n = 0; n < PROCESSES; n += 1) servers.push(await installation.client(environment));
  return { servers, billed: () => emulator.control.jobs().reduce((sum, { seeds }) => sum + seeds.length, 0) };
}

const operationsOf = ({ facts }: Told) => (facts['cost'] as { operations: number } | undefined)?.operations ?? 0;
const codeOf = ({ facts }: Told) => (facts['error'] as { code: string } | undefined)?.code;

/** Uses the budget up: first by calls for one to four pictures at once in every process, then by single pictures. */
async function useUp({ servers, billed }: Awaited<ReturnType<typeof four>>): Promise<void> {
  const burst = await Promise.all(
    servers.flatMap(({ call }, member) =>
      [0, 1, 2, 3].map((n) => {
        const count = ((member + n) % 4) + 1;
        return call('generate_image', { prompt: `chair ${member} ${n}`, count, wait_seconds: 50 });
      }),
    ),
  );
  for (const told of burst) expect(codeOf(told) ?? told.facts['state']).toMatch(/^(succeeded|budget_exhausted)$/);
  const spent = burst.reduce((sum, told) => sum + operationsOf(told), 0);
  expect(spent).toBeLessThanOrEqual(BUDGET);
  expect(billed()).toBe(spent);
  const rest = await Promise.all(
    servers.flatMap(({ call }, member) =>
      [0, 1].map((n) => call('generate_image', { prompt: `stool ${member} ${n}`, wait_seconds: 50 })),
    ),
  );
  expect(spent + rest.reduce((sum, told) => sum + operationsOf(told), 0)).toBe(BUDGET);
  expect(billed()).toBe(BUDGET);
  const status = await servers[0]?.call('job_status');
  expect(status?.facts).toMatchObject({ budget: { per_24_hours: BUDGET, used: BUDGET, waiting: 0, left: 0 } });
}

describe('four processes with a daily budget of seven operations', () => {
  test('spend seven operations, exactly, and record each', { tags: 'long' }, async () => {
    await useUp(await four());
    const lines = async () => {
      const text = await readFile(join(installation.folder, 'home', 'audit.jsonl'), 'utf8').catch(() => '');
      return text.split('\n').filter((line) => line !== '');
    };
    const recorded = async () =>
      (await lines()).reduce((sum, line) => sum + (JSON.parse(line) as { operations: number }).operations, 0);
    await expect.poll(recorded).toBe(BUDGET);
  });

  test.skipIf(server === undefined)(
    'spend seven operations, exactly, with PostgreSQL too, which has the record in a table',
    { tags: 'long' },
    async () => {
      const database = await createDatabase(server ?? '');
      installation.onEnd(() => database.drop());
      await useUp(await four({ FIREFLY_DATABASE_URL: database.url }));
      const [row] = await database.ask(
        'SELECT SUM(operations)::int AS operations, SUM(requests)::int AS requests, COUNT(*)::int AS rows FROM spending_record',
      );
      expect(row).toMatchObject({ operations: BUDGET, requests: row?.['rows'] });
      await expect(readFile(join(installation.folder, 'home', 'audit.jsonl'))).rejects.toMatchObject({
        code: 'ENOENT',
      });
    },
  );
});
