import { hostname } from 'node:os';
import { createCollection, type Collection } from '../../images/collection.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Random } from '../../shared/random.ts';
import type { Database } from '../../store/database.ts';
import { createOwner, systemProcessTable } from '../owner.ts';
import { takeMaintenanceRun } from '../store/maintenance-runs.ts';
import { diskUse, type DiskUse } from '../../images/disk-use.ts';
import { checkAudit, type AuditCheck } from './audit-check.ts';
import { AuditFile } from './audit-file.ts';
import { AuditLog } from './audit.ts';
import { contentsInUse, picturesHeld } from './needs.ts';
import { Retention } from './retention.ts';

/** What housekeeping needs. */
export interface HousekeepingOptions {
  readonly db: Database;
  /** Folder of the pictures, and the audit log; absolute. */
  readonly pictures: string;
  readonly auditLog: string;
  /** Days after which pictures and finished jobs are deleted; kept where undefined. */
  readonly retentionDays: number | undefined;
  /** Bytes that pictures may take before the oldest ones are deleted; no limit where undefined. */
  readonly retentionBytes: number | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const AUDIT_EVERY_MS = 1_000;
/** Serving comes first. */
const FIRST_CHORES_MS = 10_000;
const LOOK_FOR_CHORES_MS = 600_000;
const CHORES_EVERY_MS = 3_600_000;
/** Between two warnings that the audit log cannot be written. */
const WARN_EVERY_MS = 60_000;

/** What goes on beside the jobs, slowly: the audit log follows the permits, old things and orphans are deleted. */
export class Housekeeping {
  readonly retention: Retention;
  readonly collection: Collection;
  readonly #options: HousekeepingOptions;
  readonly #audit: AuditLog;
  readonly #stopping = new AbortController();
  #loops: Promise<unknown> = Promise.resolve();
  #warnedAt = -Infinity;

  constructor(options: HousekeepingOptions) {
    const { db, pictures, clock, random } = options;
    this.#options = options;
    this.collection = createCollection({ db, folder: pictures, clock, inUse: contentsInUse, held: picturesHeld });
    this.retention = new Retention({ db, collection: this.collection });
    const owner = createOwner(systemProcessTable(hostname()), random);
    this.#audit = new AuditLog({ db, owner, file: new AuditFile(options.auditLog) });
  }

  /** Where the audit log lies, absolute. */
  get auditLog(): string {
    return this.#options.auditLog;
  }

  /** What the files of pictures take. */
  diskUse(): Promise<DiskUse> {
    const { db, pictures } = this.#options;
    return diskUse({ db, folder: pictures, inUse: contentsInUse });
  }

  /** Whether the audit log is as it was written. */
  checkAudit(): Promise<AuditCheck> {
    return checkAudit(this.#options.db, new AuditFile(this.#options.auditLog));
  }

  /** Begins; nothing that fails here reaches anybody but the log. */
  start(): void {
    this.#loops = Promise.all([this.#followPermits(), this.#keepHouse()]);
  }

  /** Ends at the next pause, and writes the last lines of the audit log. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the server is stopping'));
    await this.#loops;
    await this.#flush();
  }

  async #followPermits(): Promise<void> {
    while (await this.#pause(AUDIT_EVERY_MS)) await this.#flush();
  }

  async #flush(): Promise<void> {
    const { clock, logger } = this.#options;
    try {
      await this.#audit.flush();
    } catch (error) {
      if (clock.monotonic() - this.#warnedAt < WARN_EVERY_MS) return;
      this.#warnedAt = clock.monotonic();
      logger.warn('audit_log_not_written', { error });
    }
  }

  async #keepHouse(): Promise<void> {
    const { logger } = this.#options;
    await this.collection.settleLeftovers().catch((error: unknown) => logger.warn('chores_failed', { error }));
    let pause = FIRST_CHORES_MS;
    while (await this.#pause(pause)) {
      await this.#chores().catch((error: unknown) => logger.warn('chores_failed', { error }));
      pause = LOOK_FOR_CHORES_MS;
    }
  }

  async #chores(): Promise<void> {
    const { logger, retentionDays, retentionBytes } = this.#options;
    const { signal } = this.#stopping;
    if (!(await this.#isDue())) return;
    if (retentionDays === undefined) {
      logger.info('chores_done', { ...(await this.retention.collect()) });
    } else {
      const { pictures, jobs, freed } = await this.retention.expire(retentionDays, signal);
      logger.info('chores_done', { pictures, jobs, ...freed });
    }
    if (retentionBytes === undefined) return;
    const { pictures, left, young, held } = await this.retention.fit(retentionBytes, { signal });
    logger.info('pictures_fitted', { pictures, left });
    if (left > retentionBytes) logger.warn('pictures_over_limit', { limit: retentionBytes, left, young, held });
  }

  /** One process of all does the chores. */
  #isDue(): Promise<boolean> {
    return takeMaintenanceRun(this.#options.db, 'retention', CHORES_EVERY_MS);
  }

  /** False once it is time to stop. */
  async #pause(ms: number): Promise<boolean> {
    await this.#options.clock.sleep(ms, this.#stopping.signal).catch(() => undefined);
    return !this.#stopping.signal.aborted;
  }
}
