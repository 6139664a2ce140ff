import type pgDriver from 'pg';
import type { Client, Pool, PoolConfig } from 'pg';
import type { Clock } from '../../shared/time/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Random } from '../../shared/random.ts';
import type { Database } from '../database.ts';
import { checkServer, type ServerFacts } from './checks.ts';
import { PostgresDatabase } from './database.ts';
import { StoreFailure, toFailure } from './failure.ts';
import { describeServer, toProblem } from './problems.ts';
import { secureAddress, type SecuredAddress } from './tls.ts';
import { types } from './values.ts';

/** Location and dependencies of a store in PostgreSQL. */
export interface PostgresOptions {
  /** `postgres://…`; may hold a password, which is never shown. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Most connections at a time, for tests. */
  readonly connections?: number;
}

/** The driver, which is loaded on first use. */
type Driver = typeof pgDriver;

/** Most connections of one process: statements are short, and all processes share the server's limit (default 100). */
const CONNECTIONS = 6;
/** Longest wait for a new or a free connection. */
const CONNECT_LIMIT_MS = 5_000;
/** Longest wait for any answer: above the limits of `session.ts`, so that only a dead connection exceeds it. */
const ANSWER_LIMIT_MS = 20_000;
const IDLE_MS = 30_000;

const FACTS = `SELECT current_setting('server_version_num')::int AS version, current_setting('fsync') AS fsync,
  current_setting('full_page_writes') AS full_page_writes, current_setting('synchronous_commit') AS synchronous_commit,
  pg_is_in_recovery()::int AS standby`;

/**
 * Opens a pool and checks the server. Each setting that can lose committed jobs is logged as an error.
 * @throws Problem `store_unreachable`, `store_refused`, `store_read_only`, `store_too_old`
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const { url, clock, random, logger } = options;
  const address = describeServer(url);
  const { default: pg } = await import('pg');
  const hostOf = (connectionString: string) => new pg.Client({ connectionString }).host;
  const { warning, ...secured } = secureAddress(url, hostOf);
  if (warning !== undefined) logger.warn('store_not_private', { address, warning });
  const { pool, newClient } = connections(pg, options, secured);
  // The pool listens for errors only while a connection is idle. In use, a statement reports the break; without a listener
  // the error event would end the process besides.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  // An idle connection that breaks is replaced when the next one is needed.
  pool.on('error', (error) => logger.warn('store_connection_lost', { error }));
  try {
    for (const warning of checkServer(await readFacts(pool))) logger.error('store_unsafe', { address, ...warning });
    return new PostgresDatabase({ pool, newClient, address, clock, random, logger });
  } catch (error) {
    await pool.end();
    throw error instanceof StoreFailure ? toProblem(error, address) : error;
  }
}

function connections(
  pg: Driver,
  options: PostgresOptions,
  { url, ssl }: Pick<SecuredAddress, 'url' | 'ssl'>,
): { pool: Pool; newClient: () => Client } {
  const config: PoolConfig = {
    connectionString: url,
    ...(ssl !== undefined && { ssl }),
    application_name: 'firefly-mcp',
    max: options.connections ?? CONNECTIONS,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    idleTimeoutMillis: IDLE_MS,
    query_timeout: ANSWER_LIMIT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types,
  };
  return {
    pool: new pg.Pool(config),
    newClient: () => new pg.Client({ ...config, application_name: 'firefly-mcp listener' }),
  };
}

async function readFacts(pool: Pool): Promise<ServerFacts> {
  try {
    const { rows } = await pool.query<ServerFacts>(FACTS);
    const [facts] = rows;
    if (facts === undefined) throw new Error('the server answered without a row');
    return facts;
  } catch (error) {
    throw toFailure(error);
  }
}
