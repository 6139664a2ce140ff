import { afterAll, beforeAll, describe } from 'vitest';
import { postgresPlaces, storesLiveIn } from '../support/places.ts';
import { sharedPostgres } from '../support/postgres/database.ts';
import { administrationContract } from './administration.contract.ts';

const server = await sharedPostgres();
const places = postgresPlaces(server ?? '');

describe.skipIf(server === undefined)('the administration on PostgreSQL', { timeout: 90_000, tags: 'long' }, () => {
  beforeAll(() => storesLiveIn(places.make));
  afterAll(() => places.end());
  administrationContract();
});
