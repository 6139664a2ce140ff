import { hostname } from 'node:os';
import type { Firefly } from '../firefly/types.ts';
import type { ImageLibrary } from '../images/types.ts';
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import type { Random } from '../shared/random.ts';
import type { Database } from '../store/database.ts';
import { Deliveries } from './batches/deliveries.ts';
import { BatchDesk } from './batches/desk.ts';
import type { Batches } from './batches/types.ts';
import { Desk } from './desk.ts';
import { Engine } from './engine.ts';
import { createOwner, systemProcessTable, type ProcessTable } from './owner.ts';
import type { EngineParts } from './parts.ts';
import { Permits } from './permits.ts';
import { createQuestions, type Questions } from './questions.ts';
import type { Quota } from './quota.ts';
import { JobStore } from './store/job-store.ts';
import { UploadStore } from './store/upload-store.ts';
import { Uploads } from './uploads.ts';
import type { Jobs } from './types.ts';

export { mayBeRepeated } from './deduplication/duplicates.ts';
export { jobMigrations } from './schema.ts';

/** What the job rooms need. */
export interface JobsOptions {
  readonly db: Database;
  readonly firefly: Firefly;
  readonly images: ImageLibrary;
  readonly quota: Quota;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Tests only. */
  readonly processTable?: ProcessTable;
  /** Tests only: called at each kill point. */
  readonly reached?: EngineParts['reached'];
}

/** The job rooms, put together. */
export interface JobRooms {
  readonly jobs: Jobs;
  readonly batches: Batches;
  readonly engine: Engine;
  /** What may be asked of Adobe outside of jobs. */
  readonly questions: Questions;
  /** Writes the files of batches. Needed only where `engine` runs. */
  readonly deliveries: Deliveries;
}

/** The desks for callers and the engine behind them. Nothing moves before `engine.start()`. */
export function createJobs(options: JobsOptions): JobRooms {
  const { db, firefly, images, quota, clock, random, logger } = options;
  const account = firefly.account;
  const processTable = options.processTable ?? systemProcessTable(hostname());
  const owner = createOwner(processTable, random);
  const journal = new JobStore({ db, account, owner });
  const permits = new Permits({ db, account, quota, random });
  const uploads = new Uploads({ store: new UploadStore({ db, account, owner }), firefly, images, clock });
  const reached = options.reached ?? (() => undefined);
  const parts = { db, account, journal, permits, uploads, firefly, images, clock, random, logger, reached };
  const engine = new Engine(parts);
  const batchParts = { ...parts, host: processTable.host };
  return {
    jobs: new Desk(parts),
    batches: new BatchDesk(batchParts),
    engine,
    questions: createQuestions(firefly, parts),
    deliveries: new Deliveries(batchParts),
  };
}
