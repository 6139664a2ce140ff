import { join } from 'node:path';
import type { StoreOptions } from '../../src/store/open.ts';
import { createDatabase, type TestDatabase, type TestSchema } from './postgres/database.ts';
import { removeFolder, temporaryFolder } from './artefacts.ts';

/** An empty place for one test's store, shared by all processes that the test plays. */
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

/** A place for the next store: a SQLite file, where nothing else was said. */
export function newPlace(): Promise<Place> {
  return make();
}

/** From now on the stores of this test file live there. */
export function storesLiveIn(other: () => Promise<Place>): void {
  make = other;
}

/**
 * Places in PostgreSQL: a database for a test file, a schema of it for each test, which the next one takes over. Commits do not wait for the disk:
 * nobody crashes the server there.
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
