import type { GarbageCollector } from '../images/blobs/garbage-collector.ts';
import { NOTHING } from '../images/blobs/freed.ts';
import type { Batches } from '../jobs/batches/model/batch-types.ts';
import type { Administration, Forgotten } from '../jobs/model/administration.ts';
import { unknownJob } from '../jobs/model/problems.ts';
import type { Jobs } from '../jobs/model/types.ts';
import { ownerOf, queueByPerson, unfinishedOfAll } from '../jobs/store/maintenance/all-principals.ts';
import {
  cancelAllOf,
  countAllOf,
  deleteEndedBatchesOf,
  deleteEndedJobsOf,
} from '../jobs/store/maintenance/forget-principal.ts';
import { deleteUploadsOf } from '../jobs/store/upload-store.ts';
import { spendingByPerson } from '../jobs/store/usage.ts';
import { LOCAL } from '../shared/caller.ts';
import { isId } from '../shared/ids.ts';
import type { Database, Transaction } from '../store/database.ts';

/** What the administration works on. */
interface Options {
  readonly db: Database;
  /** Account whose spending and jobs are shown. */
  readonly account: string;
  readonly jobs: Pick<Jobs, 'cancel'>;
  readonly batches: Pick<Batches, 'cancel'>;
  readonly collector: Pick<GarbageCollector, 'removeOf' | 'countOf'>;
}

/** The administration of an installation: behind `/admin/…` over HTTP and `firefly-mcp admin`. */
export class StoreAdministration implements Administration {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  spending({ days }: { days: number }) {
    return spendingByPerson(this.#options.db, this.#options.account, days);
  }

  async unfinished({ limit }: { limit: number }) {
    const { db, account } = this.#options;
    return {
      jobs: await unfinishedOfAll(db, { account, limit }),
      people: await queueByPerson(db, account),
    };
  }

  async cancel(id: string) {
    const { db, account, jobs, batches } = this.#options;
    const principal = await ownerOf(db, account, id);
    if (principal === undefined) throw unknownJob();
    const owner = { ...LOCAL, principal, conversation: undefined };
    const { state } = isId('batch', id) ? await batches.cancel(id, owner) : await jobs.cancel(id, owner);
    return { id, principal, state };
  }

  async forget(principal: string, { dryRun = false }: { dryRun?: boolean } = {}): Promise<Forgotten> {
    const { db, collector } = this.#options;
    if (dryRun) {
      const counts = await countAllOf(db, principal);
      return { ...counts, pictures: await collector.countOf(principal), freed: NOTHING };
    }
    await db.transaction((tx) => cancelAllOf(tx, principal));
    // Batches first: the writer of their files finds nothing to do where a batch is gone.
    const batches = await this.#inRounds((tx) => deleteEndedBatchesOf(tx, principal));
    const jobs = await this.#inRounds((tx) => deleteEndedJobsOf(tx, principal));
    const uploads = await db.transaction((tx) => deleteUploadsOf(tx, principal));
    const { pictures, freed } = await collector.removeOf(principal);
    const { unfinished } = await countAllOf(db, principal);
    return { jobs, batches, pictures, uploads, freed, unfinished };
  }

  /** Short transactions, which other processes need not wait for. */
  async #inRounds(round: (tx: Transaction) => Promise<number>): Promise<number> {
    let deleted = 0;
    for (;;) {
      const some = await this.#options.db.transaction(round);
      if (some === 0) return deleted;
      deleted += some;
    }
  }
}
