import { toProblemRecord } from '../../../shared/errors.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Logger } from '../../../shared/logger.ts';
import { unsettledBatches } from '../../store/batches/batch-store.ts';
import { writePendingOutput, type OutputDeps } from './batch-output.ts';

/** How often batches are looked at, and how long one is left alone whose files could not be written. */
const LOOK_MS = 1_000;
const RETRY_MS = 30_000;

/** Writes the files of batches while their jobs end, in this process. Start it with the engine; stop it before. */
export class OutputWorker {
  readonly #deps: OutputDeps & { readonly clock: Clock; readonly logger: Logger };
  readonly #stopping = new AbortController();
  readonly #notBefore = new Map<string, number>();
  #loop: Promise<void> | undefined;

  constructor(deps: OutputDeps & { readonly clock: Clock; readonly logger: Logger }) {
    this.#deps = deps;
  }

  /** Begins to look. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** Ends after the batch that is being looked at. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the server is stopping'));
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      await this.#look().catch((error: unknown) => logger.warn('deliveries_failed', { error }));
      await clock.sleep(LOOK_MS, this.#stopping.signal).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const { db, clock, logger } = this.#deps;
    for (const batch of await unsettledBatches(db, this.#deps)) {
      if (this.#stopping.signal.aborted) return;
      if ((this.#notBefore.get(batch.id) ?? 0) > clock.monotonic()) continue;
      try {
        await writePendingOutput(batch, this.#deps);
      } catch (error) {
        this.#notBefore.set(batch.id, clock.monotonic() + RETRY_MS);
        logger.warn('batch_not_delivered', { batch: batch.id, problem: toProblemRecord(error).code, error });
      }
    }
  }
}
