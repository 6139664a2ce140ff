import { onPostgres } from '../support/postgres/on-postgres.ts';
import { administrationContract } from './administration.contract.ts';

await onPostgres('the administration on PostgreSQL', { tags: 'long' }, () => {
  administrationContract();
});
