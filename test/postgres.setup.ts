import { once } from 'node:events';
import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import { startPostgres, type PostgresServer } from './support/postgres/server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whoever asks here gets the address of a PostgreSQL server, which starts with the first question. */
    postgresDoor: string;
  }
}

/** One PostgreSQL server for a whole run, started only if a test file wants it: `TEST_DATABASE_URL`, or our own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  let starting: Promise<PostgresServer | undefined> | undefined;
  const door = createServer((_request, response) => {
    starting ??= given === undefined ? startPostgres(['max_connections=200']) : Promise.resolve(undefined);
    starting.then(
      (server) => response.end(JSON.stringify({ url: given ?? server?.url })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  const address = door.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  project.provide('postgresDoor', `http://127.0.0.1:${address.port}/`);
  return async () => {
    door.close();
    const server = await starting?.catch(() => undefined);
    await server?.stop();
  };
}
