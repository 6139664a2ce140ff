import { Problem } from '../../shared/errors.ts';

/** Facts about the server, read when the store opens. */
export interface ServerFacts {
  /** `server_version_num`, such as 150004. */
  readonly version: number;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
  /** 1 on a standby, which takes no writes. */
  readonly standby: number;
}

/** A setting by which the server can lose committed transactions. */
export interface Warning {
  readonly setting: string;
  readonly value: string;
  readonly next: string;
}

/** PostgreSQL 13. */
const OLDEST = 130_000;

/**
 * Checks that a server can hold the store.
 * @returns its unsafe settings (PostgreSQL documentation, "Reliability and the Write-Ahead Log")
 * @throws Problem `store_too_old` below PostgreSQL 13, `store_read_only` on a standby
 */
export function checkServer(facts: ServerFacts): readonly Warning[] {
  if (facts.version < OLDEST) {
    const version = `${Math.floor(facts.version / 10_000)}`;
    throw new Problem('store_too_old', `The job store is PostgreSQL ${version}; 13 is the oldest that works.`, {
      next: 'Let FIREFLY_DATABASE_URL name a newer server.',
    });
  }
  if (facts.standby === 1) {
    throw new Problem('store_read_only', 'The job store is a standby, which takes no changes.', {
      next: 'Let FIREFLY_DATABASE_URL name the primary.',
    });
  }
  return (['fsync', 'full_page_writes', 'synchronous_commit'] as const)
    .filter((setting) => facts[setting] === 'off')
    .map((setting) => ({
      setting,
      value: facts[setting],
      next: `Set ${setting} = on: as it is, a crash of the server can lose jobs that Adobe has charged for.`,
    }));
}
