import { join } from 'node:path';
import type { StoreOptions } from '../../src/store/open.ts';
import { createDatabase, type TestDatabase, type TestSchema } from './postgres/database.ts';
import { removeFolder, temporaryFolder } from './artefacts.ts';

/** An empty place for the store of one test, shared by all processes that the test simulates. */
export interface Place {
  readonly address: Pick<StoreOptions, 'path' | 'url'>;
  remove(): Promise<void>;
}

/** A SQLite file in a folder of its own. */
export async function sqlitePlace(): Promise<Place> {
  const folder = temporaryFolder('store-');
  return {
    address: { path: join(folder, 'data', 'store.sqlite') },
    remove: async () => removeFolder(folder),
  };
}

let make: () => Promise<Place> = sqlitePlace;

/** A place for the next store: a SQLite file, unless `storesLiveIn` was called. */
export function newPlace(): Promise<Place> {
  return make();
}

/** Makes the stores of this test file from now on in places of this kind. */
export function storesLiveIn(other: () => Promise<Place>): void {
  make = other;
}

/**
 * Places in PostgreSQL: a database for a test file, and in it a schema for each test, which the next one uses again.
 * Commits do not wait for the disk, since no test crashes the server of these places.
 */
export function postgresPlaces(server: string): { make(): Promise<Place>; end(): Promise<void> } {
  let making: Promise<TestDatabase> | undefined;
  const free: TestSchema[] = [];
  return {
    make: async () => {
      making ??= hastyDatabase(server);
      const schema = free.pop() ?? (await (await making).makeSchema());
      const remove = async () => (await schema.empty(), void free.push(schema));
      return { address: { path: '/nowhere', url: schema.url }, remove };
    },
    end: async () => (await making)?.drop(),
  };
}

async function hastyDatabase(server: string): Promise<TestDatabase> {
  const database = await createDatabase(server);
  await database.ask(`ALTER DATABASE ${database.name} SET synchronous_commit = off`);
  return database;
}
