import type { BlobStore } from '../images/blobs/blob-store.ts';
import { diskUse, type DiskUse } from '../images/blobs/disk-use.ts';
import { takeMaintenanceRun } from '../jobs/store/maintenance/maintenance-runs.ts';
import { restoredAt } from '../jobs/store/maintenance/restore-permits.ts';
import type { Clock } from '../shared/time/clock.ts';
import { HOUR_MS } from '../shared/time/durations.ts';
import type { Logger } from '../shared/logger.ts';
import type { Database } from '../store/database.ts';
import { AuditLog } from './audit-log.ts';
import { Retention } from './retention.ts';

/** Dependencies and settings of maintenance. */
export interface MaintenanceOptions {
  readonly db: Database;
  readonly blobs: BlobStore;
  /** Absolute path of the audit log. */
  readonly auditLog: string;
  /** Age in days from which images and finished jobs are deleted; undefined where they are kept. */
  readonly retentionDays: number | undefined;
  /** Bytes that images may take before the oldest are deleted; undefined for no limit. */
  readonly retentionBytes: number | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

const AUDIT_EVERY_MS = 1_000;
/** Delay after the start of a process, which has calls to serve first. */
const FIRST_RETENTION_MS = 10_000;
/** Interval at which a process checks whether a run of all processes is due. */
const CHECK_EVERY_MS = 600_000;
const RETENTION_EVERY_MS = HOUR_MS;
/** Shortest time between two warnings that the audit log cannot be written. */
const WARN_EVERY_MS = 60_000;

/** Background work beside the engine: writes the audit log; deletes by retention and collects garbage. */
export class Maintenance {
  readonly retention: Retention;
  readonly audit: AuditLog;
  readonly #options: MaintenanceOptions;
  readonly #stopping = new AbortController();
  #loops: Promise<unknown> = Promise.resolve();
  #warnedAt = -Infinity;

  constructor(options: MaintenanceOptions) {
    const { db, blobs, clock } = options;
    this.#options = options;
    this.retention = new Retention({ db, blobs, clock });
    this.audit = new AuditLog({ db, path: options.auditLog });
  }

  /** Disk space that the files of images take. */
  diskUse(): Promise<DiskUse> {
    return diskUse(this.#options);
  }

  /** When spending was last taken from the record into this store (epoch ms); undefined for never. */
  spendingRestoredAt(): Promise<number | undefined> {
    return restoredAt(this.#options.db);
  }

  /** Starts both loops. Failures are logged, and the work is retried at the next interval. */
  start(): void {
    this.#loops = Promise.all([this.#writeAuditLog(), this.#runRetention()]);
  }

  /** Stops at the next pause, then writes the last lines of the audit log. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the server is stopping'));
    await this.#loops;
    await this.#flush();
  }

  async #writeAuditLog(): Promise<void> {
    while (await this.#pause(AUDIT_EVERY_MS)) await this.#flush();
  }

  async #flush(): Promise<void> {
    const { clock, logger } = this.#options;
    try {
      await this.audit.flush();
    } catch (error) {
      if (clock.monotonic() - this.#warnedAt < WARN_EVERY_MS) return;
      this.#warnedAt = clock.monotonic();
      logger.warn('audit_log_not_written', { error });
    }
  }

  async #runRetention(): Promise<void> {
    const warn = (error: unknown) => this.#options.logger.warn('maintenance_failed', { error });
    await this.#options.blobs.repair().catch(warn);
    for (let pause = FIRST_RETENTION_MS; await this.#pause(pause); pause = CHECK_EVERY_MS) {
      await this.#retainOnce().catch(warn);
    }
  }

  async #retainOnce(): Promise<void> {
    const { db, logger, retentionDays, retentionBytes } = this.#options;
    const { signal } = this.#stopping;
    // A run serves all processes of the installation.
    if (!(await takeMaintenanceRun(db, 'retention', RETENTION_EVERY_MS))) return;
    await this.retention.expireDrafts({ signal });
    if (retentionDays === undefined) {
      this.#tell({ ...(await this.retention.collect()) });
    } else {
      const { pictures, jobs, freed } = await this.retention.expire(retentionDays, { signal });
      this.#tell({ pictures, jobs, ...freed });
    }
    if (retentionBytes === undefined) return;
    const { pictures, left, young, held } = await this.retention.fit(retentionBytes, { signal });
    logger.info('pictures_fitted', { pictures, left });
    if (left > retentionBytes) logger.warn('pictures_over_limit', { limit: retentionBytes, left, young, held });
  }

  /** A run that found nothing to delete is no event for an operator. */
  #tell(done: Readonly<Record<string, number>>): void {
    const { logger } = this.#options;
    const level = Object.values(done).some((count) => count > 0) ? 'info' : 'debug';
    logger[level]('maintenance_done', done);
  }

  /** Resolves with false once maintenance is to stop. */
  async #pause(ms: number): Promise<boolean> {
    await this.#options.clock.sleep(ms, this.#stopping.signal).catch(() => undefined);
    return !this.#stopping.signal.aborted;
  }
}
