import { diskUse, type DiskUse } from '../images/blobs/disk-use.ts';
import { takeMaintenanceRun } from '../jobs/store/maintenance/maintenance-runs.ts';
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import type { Database } from '../store/database.ts';
import { AuditLog } from './audit-log.ts';
import { findReferences, Retention } from './retention.ts';

/** What maintenance needs. */
export interface MaintenanceOptions {
  readonly db: Database;
  /** Folder of the images, and file of the audit log; absolute. */
  readonly pictures: string;
  readonly auditLog: string;
  /** Days after which images and finished jobs are deleted; kept where undefined. */
  readonly retentionDays: number | undefined;
  /** Bytes that images may take before the oldest ones are deleted; no limit where undefined. */
  readonly retentionBytes: number | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

const AUDIT_EVERY_MS = 1_000;
/** Serving comes first. */
const FIRST_RETENTION_MS = 10_000;
const LOOK_EVERY_MS = 600_000;
const RETENTION_EVERY_MS = 3_600_000;
/** Between two warnings that the audit log cannot be written. */
const WARN_EVERY_MS = 60_000;

/** What a process does beside the jobs: the audit log follows the permits, old things and unreferenced files go. */
export class Maintenance {
  readonly retention: Retention;
  readonly audit: AuditLog;
  readonly #options: MaintenanceOptions;
  readonly #stopping = new AbortController();
  #loops: Promise<unknown> = Promise.resolve();
  #warnedAt = -Infinity;

  constructor(options: MaintenanceOptions) {
    const { db, pictures, clock } = options;
    this.#options = options;
    this.retention = new Retention({ db, folder: pictures, clock });
    this.audit = new AuditLog({ db, path: options.auditLog });
  }

  /** What the files of images take. */
  diskUse(): Promise<DiskUse> {
    const { db, pictures } = this.#options;
    return diskUse({ db, folder: pictures, references: findReferences });
  }

  /** Begins. A failure is logged, and tried again later. */
  start(): void {
    this.#loops = Promise.all([this.#followPermits(), this.#followRetention()]);
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
      await this.audit.flush();
    } catch (error) {
      if (clock.monotonic() - this.#warnedAt < WARN_EVERY_MS) return;
      this.#warnedAt = clock.monotonic();
      logger.warn('audit_log_not_written', { error });
    }
  }

  async #followRetention(): Promise<void> {
    const warn = (error: unknown) => this.#options.logger.warn('maintenance_failed', { error });
    await this.retention.collector.files.restoreTrash().catch(warn);
    for (let pause = FIRST_RETENTION_MS; await this.#pause(pause); pause = LOOK_EVERY_MS) {
      await this.#retain().catch(warn);
    }
  }

  async #retain(): Promise<void> {
    const { db, logger, retentionDays, retentionBytes } = this.#options;
    const { signal } = this.#stopping;
    // One process of all does it.
    if (!(await takeMaintenanceRun(db, 'retention', RETENTION_EVERY_MS))) return;
    if (retentionDays === undefined) {
      logger.info('maintenance_done', { ...(await this.retention.collect()) });
    } else {
      const { pictures, jobs, freed } = await this.retention.expire(retentionDays, { signal });
      logger.info('maintenance_done', { pictures, jobs, ...freed });
    }
    if (retentionBytes === undefined) return;
    const { pictures, left, young, held } = await this.retention.fit(retentionBytes, { signal });
    logger.info('pictures_fitted', { pictures, left });
    if (left > retentionBytes) logger.warn('pictures_over_limit', { limit: retentionBytes, left, young, held });
  }

  /** False once it is time to stop. */
  async #pause(ms: number): Promise<boolean> {
    await this.#options.clock.sleep(ms, this.#stopping.signal).catch(() => undefined);
    return !this.#stopping.signal.aborted;
  }
}
