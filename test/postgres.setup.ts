import { once } from 'node:events';
import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import { startPostgres, type PostgresServer } from './support/postgres/server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address that answers with the URL of a PostgreSQL server, which starts with the first request. */
    postgresDoor: string;
  }
}

/** One PostgreSQL server for a whole run, started only if a test file asks for it: `TEST_DATABASE_URL`, or our own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  let own: Promise<PostgresServer> | undefined;
  const answer = async () => {
    if (given !== undefined) return { url: given };
    own ??= startPostgres(['max_connections=200']);
    return own.then(
      ({ url }) => ({ url }),
      (error: unknown) => ({ missing: error instanceof Error ? error.message : String(error) }),
    );
  };
  const door = createServer((_request, response) => {
    void answer().then((found) => response.end(JSON.stringify(found)));
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  const address = door.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  project.provide('postgresDoor', `http://127.0.0.1:${address.port}/`);
  return async () => {
    door.close();
    const server = await own?.catch(() => undefined);
    await server?.stop();
  };
}
