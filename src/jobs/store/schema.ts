import type { Migrations } from '../../store/database.ts';
import { BATCH_TABLES } from './batches/schema.ts';
import { IS_BEGUN, IS_HELD, IS_LEFT, PERMIT_END } from './sql.ts';

/** Tables of the job engine. Times are epoch milliseconds; structured values are JSON text. */
export const jobMigrations: Migrations = {
  name: 'jobs',
  steps: [
    `CREATE TABLE jobs (
      id TEXT PRIMARY KEY,
      account TEXT NOT NULL,
      principal TEXT NOT NULL,
      conversation TEXT,
      tool TEXT NOT NULL,
      operation TEXT NOT NULL,
      model TEXT,
      body TEXT NOT NULL,
      pictures TEXT NOT NULL,
      edit TEXT,
      count INTEGER NOT NULL,
      operations INTEGER NOT NULL,
      principal_budget INTEGER,
      size TEXT,
      facts TEXT NOT NULL,
      warnings TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      idempotency_key TEXT,
      replaces TEXT,
      batch TEXT,
      item TEXT,
      priority INTEGER NOT NULL,
      turn BIGINT NOT NULL,
      state TEXT NOT NULL,
      cancel TEXT NOT NULL,
      failures INTEGER NOT NULL,
      unauthorized INTEGER NOT NULL,
      reuploads INTEGER NOT NULL,
      attempt INTEGER NOT NULL,
      fence BIGINT NOT NULL,
      lease_owner TEXT,
      lease_until BIGINT NOT NULL,
      runnable_at BIGINT NOT NULL,
      prepared_at BIGINT,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      accepted_at BIGINT,
      done_at BIGINT,
      finished_at BIGINT,
      handle TEXT,
      progress DOUBLE PRECISION,
      outputs TEXT NOT NULL,
      problem TEXT,
      attached INTEGER NOT NULL DEFAULT 0,
      delivery TEXT NOT NULL
    )`,
    // Unfinished jobs of an account, in the order of the queue.
    `CREATE INDEX jobs_unfinished ON jobs (account, state, priority, turn, created_at) WHERE finished_at IS NULL`,
    `CREATE INDEX jobs_turns ON jobs (account, principal, priority, turn) WHERE finished_at IS NULL`,
    `CREATE INDEX jobs_of_batch ON jobs (batch, item) WHERE batch IS NOT NULL`,
    `CREATE INDEX jobs_in_order ON jobs (account, created_at)`,
    `CREATE INDEX jobs_of_principal ON jobs (principal, account, created_at)`,
    `CREATE INDEX jobs_by_fingerprint ON jobs (principal, account, fingerprint, created_at)`,
    `CREATE INDEX jobs_by_key ON jobs (principal, account, idempotency_key) WHERE idempotency_key IS NOT NULL`,
    `CREATE INDEX jobs_replacing ON jobs (replaces) WHERE replaces IS NOT NULL`,
    `CREATE INDEX jobs_by_duration ON jobs (account, operation, model, finished_at) WHERE state = 'succeeded'`,
    `CREATE TABLE permits (
      job TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      account TEXT NOT NULL,
      granted_at BIGINT NOT NULL,
      ended_at BIGINT,
      lease_until BIGINT NOT NULL,
      outcome TEXT,
      principal TEXT NOT NULL,
      tool TEXT NOT NULL,
      operation TEXT NOT NULL,
      model TEXT,
      count INTEGER NOT NULL,
      operations INTEGER NOT NULL,
      request_id TEXT NOT NULL,
      audited_at BIGINT,
      PRIMARY KEY (job, attempt)
    )`,
    `CREATE INDEX permits_of_account ON permits (account, ended_at)`,
    `CREATE INDEX permits_that_count ON permits (account, (${PERMIT_END}))`,
    `CREATE INDEX permits_that_count_of_principal ON permits (principal, account, (${PERMIT_END}))`,
    // A permit outlives its job, for the budget, `usage` and the audit log.
    `CREATE INDEX permits_of_principal ON permits (principal, account, granted_at)`,
    `CREATE INDEX permits_unaudited ON permits (ended_at) WHERE audited_at IS NULL`,
    // The record of spending with PostgreSQL: rows are only ever inserted. With SQLite it stays empty, since a file that
    // outlives the database has these lines (docs/quota-and-money.md#record-of-spending).
    `CREATE TABLE spending_record (
      job TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      account TEXT NOT NULL,
      principal TEXT NOT NULL,
      tool TEXT NOT NULL,
      operation TEXT NOT NULL,
      model TEXT,
      count INTEGER NOT NULL,
      operations INTEGER NOT NULL,
      requests INTEGER NOT NULL,
      outcome TEXT NOT NULL,
      request_id TEXT NOT NULL,
      granted_at BIGINT NOT NULL,
      ended_at BIGINT NOT NULL,
      PRIMARY KEY (job, attempt)
    )`,
    `CREATE INDEX spending_record_in_order ON spending_record (account, ended_at)`,
    `CREATE TABLE uploads (
      account TEXT NOT NULL,
      principal TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      upload_id TEXT NOT NULL,
      uploaded_at BIGINT NOT NULL,
      PRIMARY KEY (account, principal, sha256)
    )`,
    // Uploads in progress, and the process that makes each: jobs with the picture wait for it instead of sending it twice.
    `CREATE TABLE upload_claims (
      account TEXT NOT NULL,
      principal TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      lease_owner TEXT NOT NULL,
      lease_until BIGINT NOT NULL,
      PRIMARY KEY (account, principal, sha256)
    )`,
    // For retention: jobs by age.
    `CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL`,
    `CREATE TABLE maintenance_runs (name TEXT PRIMARY KEY, done_at BIGINT NOT NULL)`,
    // After a 429: the end of the cooldown, the number of recent 429s, and the time of the last one.
    `CREATE TABLE cooldowns (
      account TEXT PRIMARY KEY,
      cooldown_until BIGINT NOT NULL,
      rate_limit_count INTEGER NOT NULL,
      rate_limited_at BIGINT NOT NULL
    )`,
    ...BATCH_TABLES,
    `ALTER TABLE jobs ADD COLUMN arguments TEXT`,
    `ALTER TABLE jobs ADD COLUMN saves TEXT`,
    `ALTER TABLE jobs ADD COLUMN save_due INTEGER`,
    `CREATE INDEX jobs_to_save ON jobs (account, created_at) WHERE save_due = 1`,
    // The engine's query at every tick. The other begun jobs may be thousands.
    `CREATE INDEX jobs_held ON jobs (account, lease_owner) WHERE ${IS_HELD}`,
    // Without this index SQLite would walk through all jobs of a principal for the few that it lists.
    `CREATE INDEX jobs_begun ON jobs (account, principal, created_at) WHERE ${IS_BEGUN}`,
    `CREATE INDEX jobs_left ON jobs (account, priority, turn, created_at) WHERE ${IS_LEFT}`,
  ],
};
