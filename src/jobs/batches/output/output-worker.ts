import { toProblemRecord } from '../../../shared/errors.ts';
import type { Clock } from '../../../shared/time/clock.ts';
import type { Logger } from '../../../shared/logger.ts';
import { jobsToSave } from '../../store/saves/save-orders.ts';
import { type SavingDeps, writeOrders } from '../../saving/write-orders.ts';
import { unsettledBatches } from '../../store/batches/batch-store.ts';
import { writePendingOutput, type OutputDeps } from './batch-output.ts';

const POLL_MS = 1_000;
/** Pause after a failure to write the files of a batch. */
const RETRY_MS = 30_000;

type WorkerDeps = OutputDeps & SavingDeps & { readonly clock: Clock; readonly logger: Logger };

/** Writes files and manifests of batches as their jobs end. Start it with the engine; stop it before the engine. */
export class OutputWorker {
  readonly #deps: WorkerDeps;
  readonly #stopping = new AbortController();
  readonly #notBefore = new Map<string, number>();
  #loop: Promise<void> | undefined;

  constructor(deps: WorkerDeps) {
    this.#deps = deps;
  }

  /** Begins to poll for batches with unwritten files. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** Stops after the batch whose files are being written. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the server is stopping'));
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      await this.#poll().catch((error: unknown) => logger.warn('batch_output_failed', { error }));
      await clock.sleep(POLL_MS, this.#stopping.signal).catch(() => undefined);
    }
  }

  /** Files of jobs whose call has been answered, or whose process is gone. */
  async #saveJobs(): Promise<void> {
    const { db, account, logger } = this.#deps;
    for (const { id } of await jobsToSave(db, account)) {
      if (this.#stopping.signal.aborted) return;
      await writeOrders(id, this.#deps).catch((error: unknown) =>
        logger.warn('job_files_not_written', { job: id, error }),
      );
    }
  }

  async #poll(): Promise<void> {
    const { db, clock, logger } = this.#deps;
    await this.#saveJobs();
    for (const batch of await unsettledBatches(db, this.#deps)) {
      if (this.#stopping.signal.aborted) return;
      if ((this.#notBefore.get(batch.id) ?? 0) > clock.monotonic()) continue;
      try {
        await writePendingOutput(batch, this.#deps);
      } catch (error) {
        this.#notBefore.set(batch.id, clock.monotonic() + RETRY_MS);
        logger.warn('batch_output_not_written', { batch: batch.id, problem: toProblemRecord(error).code, error });
      }
    }
  }
}
