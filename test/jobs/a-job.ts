import type { JobRow } from '../../src/jobs/model/job-row.ts';

/** A valid queued job; a test overrides only the columns that it is about. */
export function aJob(facts: Partial<JobRow> = {}): JobRow {
  return {
    id: 'job_00000000000000000000000000',
    account: 'account',
    principal: 'local',
    tool: 'generate_image',
    operation: 'generateImagesV3Async',
    model: 'image4_standard',
    body: { prompt: 'a red chair' },
    pictures: [],
    priority: 0,
    turn: 0,
    reuploads: 0,
    count: 1,
    operations: 1,
    facts: { prompt: 'a red chair' },
    warnings: [],
    fingerprint: 'f',
    state: 'queued',
    cancel: 'none',
    failures: 0,
    unauthorized: 0,
    attempt: 0,
    fence: 0,
    leaseUntil: 0,
    runnableAt: 0,
    createdAt: 1_000_000,
    updatedAt: 1_000_000,
    outputs: [],
    attached: 0,
    delivery: 'none',
    ...facts,
  };
}
