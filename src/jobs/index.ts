import { hostname } from 'node:os';
import { watchAccess } from '../firefly/auth/access.ts';
import type { Firefly, JobHandle } from '../firefly/types.ts';
import type { ImageLibrary } from '../images/types.ts';
import type { ProblemRecord } from '../shared/errors.ts';
import type { Clock } from '../shared/time/clock.ts';
import type { Logger } from '../shared/logger.ts';
import { unfailing } from '../shared/unfailing-logger.ts';
import type { Random } from '../shared/random.ts';
import type { Database } from '../store/database.ts';
import { OutputWorker } from './batches/output/output-worker.ts';
import { BatchQueue } from './batches/batch-queue.ts';
import type { Batches } from './batches/model/batch-types.ts';
import { JobQueue } from './job-queue.ts';
import { JobWatch } from './job-watch.ts';
import { endAbandonedJobs } from './engine/abandoned-jobs.ts';
import { Engine } from './engine/engine.ts';
import { createProcessIdentity, systemProcessTable, type ProcessTable } from './engine/process-identity.ts';
import type { EngineDeps } from './engine/engine-context.ts';
import { Permits } from './limits/permits.ts';
import { createGatedQueries, type GatedQueries } from './limits/gated-queries.ts';
import type { Quota } from './limits/quota.ts';
import { JobStore } from './store/job-store.ts';
import { UploadStore } from './store/upload-store.ts';
import { UsedConsents } from './store/permits/used-consents.ts';
import { Uploads } from './engine/uploads.ts';
import type { Consents } from './model/consents.ts';
import type { Jobs } from './model/types.ts';

export { mayBeRepeated } from './deduplication/duplicates.ts';
export { jobOfItem } from './store/batches/batch-store.ts';
export { jobMigrations } from './store/schema.ts';

/** Dependencies of the job rooms. */
export interface JobsOptions {
  readonly db: Database;
  readonly firefly: Firefly;
  readonly images: ImageLibrary;
  /** Makes the composites of edits. */
  readonly composites: EngineDeps['composites'];
  readonly quota: Quota;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Set by tests only; default: the process table of this machine. */
  readonly processTable?: ProcessTable;
  /** Set by tests only: called at each kill point. */
  readonly failpoint?: EngineDeps['failpoint'];
}

/** The job rooms, composed. */
export interface JobRooms {
  readonly jobs: Jobs;
  readonly batches: Batches;
  readonly consents: Consents;
  readonly engine: Engine;
  /** Adobe's free list requests, under the cooldown of jobs. */
  readonly gatedQueries: GatedQueries;
  /** Whether an upload id (lower case) is one that Adobe gave for a picture of this principal, and still knows. */
  readonly ownsUpload: (principal: string, uploadId: string) => Promise<boolean>;
  /** Writes the files of batches. Runs wherever `engine` runs. */
  readonly outputWorker: OutputWorker;
  /** Ends accepted jobs that no process holds and whose handle is judged abandoned. */
  readonly endAbandoned: (isAbandoned: (handle: JobHandle) => boolean, problem: ProblemRecord) => Promise<void>;
}

/** The queues for callers and the engine behind them. No job moves before `engine.start()`. */
export function createJobs(options: JobsOptions): JobRooms {
  const { db, images, composites, quota, clock, random } = options;
  const { firefly, access } = watchAccess(options.firefly, clock);
  const logger = unfailing(options.logger);
  const account = firefly.account;
  const processTable = options.processTable ?? systemProcessTable(hostname());
  const owner = createProcessIdentity(processTable, random);
  const jobStore = new JobStore({ db, account, owner, clock });
  const permits = new Permits({ db, account, quota, random });
  const uploads = new Uploads({
    store: new UploadStore({ db, account: firefly.uploadOwner ?? account, owner }),
    firefly,
    images,
    clock,
  });
  const failpoint = options.failpoint ?? (() => undefined);
  const deps = {
    db,
    account,
    jobStore,
    permits,
    uploads,
    firefly,
    images,
    composites,
    clock,
    random,
    logger,
    failpoint,
  };
  const engine = new Engine(deps);
  const batchDeps = { ...deps, host: processTable.host, owner };
  return {
    jobs: new JobQueue({ ...batchDeps, watch: new JobWatch(deps) }),
    batches: new BatchQueue(batchDeps),
    consents: new UsedConsents(db),
    engine,
    gatedQueries: createGatedQueries(firefly, { ...deps, access }),
    ownsUpload: (principal, uploadId) => uploads.owns(principal, uploadId),
    outputWorker: new OutputWorker(batchDeps),
    endAbandoned: (isAbandoned, problem) => endAbandonedJobs(deps, isAbandoned, problem),
  };
}
