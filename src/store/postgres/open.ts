import type { Client, Pool, PoolConfig } from 'pg';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Random } from '../../shared/random.ts';
import type { Database } from '../database.ts';
import { judgeServer, type ServerFacts } from './checks.ts';
import { PostgresDatabase } from './database.ts';
import { StoreFailure, toFailure } from './failure.ts';
import { describeServer, toProblem } from './problems.ts';
import { types } from './values.ts';

/** What the PostgreSQL store needs. */
export interface PostgresOptions {
  /** `postgres://…`; may hold a password, which is never shown. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Most connections at a time; tests only. */
  readonly connections?: number;
}

/** Connections of one process: statements are short, and replicas share what the server allows (100 by default). */
const CONNECTIONS = 6;
/** Longest wait for a connection, whether a new one or a free one. */
const CONNECT_LIMIT_MS = 5_000;
/** Longest wait for any answer: beyond the server's own limits, so that only a dead line reaches it. */
const ANSWER_LIMIT_MS = 20_000;
const IDLE_MS = 30_000;

const FACTS = `SELECT current_setting('server_version_num')::int AS version, current_setting('fsync') AS fsync,
  current_setting('full_page_writes') AS full_page_writes, current_setting('synchronous_commit') AS synchronous_commit,
  pg_is_in_recovery()::int AS standby`;

/**
 * Opens a pool and checks what it leads to. Settings that can lose acknowledged jobs are said loudly.
 * @throws Problem `store_unreachable`, `store_refused`, `store_read_only`, `store_too_old`
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const { url, clock, random, logger } = options;
  const place = describeServer(url);
  const { pool, newClient } = await connections(options);
  // The pool itself listens only while a connection is idle. A break at any other moment is told by the statement that
  // meets it, and must not end the process besides: an error event without a listener would.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  // An idle connection that breaks is replaced by the next one who needs it.
  pool.on('error', (error) => logger.warn('store_connection_lost', { error }));
  try {
    for (const warning of judgeServer(await readFacts(pool))) logger.error('store_unsafe', { place, ...warning });
    return new PostgresDatabase({ pool, newClient, place, clock, random, logger });
  } catch (error) {
    await pool.end();
    throw error instanceof StoreFailure ? toProblem(error, place) : error;
  }
}

async function connections(options: PostgresOptions): Promise<{ pool: Pool; newClient: () => Client }> {
  const { default: pg } = await import('pg');
  const config: PoolConfig = {
    connectionString: options.url,
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
    if (facts === undefined) throw new Error('no answer');
    return facts;
  } catch (error) {
    throw toFailure(error);
  }
}
