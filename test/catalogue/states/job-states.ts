import type { TestRooms } from '../../support/rooms/test-rooms.ts';
import {
  type AnswerState,
  brokenConnection,
  endedJob,
  expireResults,
  policyRefusal,
  queuedJob,
  runningJob,
} from './answer-state.ts';

type Setup = (rooms: TestRooms) => Promise<string>;

async function failedJob(rooms: TestRooms): Promise<string> {
  rooms.adobe.script.push(policyRefusal());
  return endedJob(rooms);
}

async function unknownOutcome(rooms: TestRooms): Promise<string> {
  rooms.adobe.script.push(brokenConnection());
  return endedJob(rooms);
}

async function expiredJob(rooms: TestRooms): Promise<string> {
  expireResults(rooms);
  const job = await endedJob(rooms);
  await rooms.answer('job_status', { job, wait_seconds: 600 });
  return job;
}

async function cancelledInQueue(rooms: TestRooms): Promise<string> {
  const job = await queuedJob(rooms);
  await rooms.answer('cancel_job', { job });
  return job;
}

async function cancelledAtAdobe(rooms: TestRooms): Promise<string> {
  const job = await runningJob(rooms);
  await rooms.answer('cancel_job', { job });
  return job;
}

function shown(state: string, setup: Setup, perMinute = 60): AnswerState {
  return {
    tool: 'job_status',
    state,
    options: { perMinute },
    run: async (rooms) => rooms.answer('job_status', { job: await setup(rooms), wait_seconds: 0 }),
  };
}

const status: readonly AnswerState[] = [
  { tool: 'job_status', state: 'overview-idle', run: (rooms) => rooms.answer('job_status', {}) },
  {
    tool: 'job_status',
    state: 'overview-busy',
    options: { perMinute: 1, dailyBudget: 9 },
    async run(rooms) {
      await queuedJob(rooms);
      await rooms.answer('submit_batch', { items: [{ prompt: 'a hare' }, { prompt: 'an owl' }] });
      return rooms.answer('job_status', {});
    },
  },
  shown('queued', queuedJob, 1),
  shown('running', runningJob),
  shown('succeeded', endedJob),
  shown('failed', failedJob),
  shown('submit-unknown', unknownOutcome),
  shown('expired', expiredJob),
  shown('cancelled-in-queue', cancelledInQueue, 1),
  shown('cancelled-at-adobe', cancelledAtAdobe),
  { tool: 'job_status', state: 'unknown-job', run: (rooms) => rooms.answer('job_status', { job: 'job_nope' }) },
];

function cancelled(state: string, setup: Setup, perMinute = 60): AnswerState {
  return {
    tool: 'cancel_job',
    state,
    options: { perMinute },
    run: async (rooms) => rooms.answer('cancel_job', { job: await setup(rooms) }),
  };
}

const cancels: readonly AnswerState[] = [
  cancelled('queued', queuedJob, 1),
  cancelled('running', runningJob),
  cancelled('too-late', endedJob),
  cancelled('already-cancelled', cancelledAtAdobe),
  cancelled('failed-before', failedJob),
  {
    tool: 'cancel_job',
    state: 'not-settled',
    async run(rooms) {
      const job = await runningJob(rooms);
      const running = { kind: 'running', status: 'cancel_pending', progress: undefined, retryAfterMs: undefined } as const;
      rooms.adobe.statusScript.push(...Array.from({ length: 100 }, () => running));
      return rooms.answer('cancel_job', { job });
    },
  },
  { tool: 'cancel_job', state: 'unknown-job', run: (rooms) => rooms.answer('cancel_job', { job: 'job_nope' }) },
];

function resubmitted(state: string, setup: Setup, more: object = {}): AnswerState {
  return {
    tool: 'resubmit_job',
    state,
    run: async (rooms) =>
      rooms.answer('resubmit_job', {
        job: await setup(rooms),
        accept_possible_charge: true,
        wait_seconds: 600,
        ...more,
      }),
  };
}

const resubmissions: readonly AnswerState[] = [
  resubmitted('replaced', unknownOutcome),
  resubmitted('not-resubmittable', endedJob),
  resubmitted('charge-not-accepted', unknownOutcome, { accept_possible_charge: false }),
];

/** Every state of the tools that act on one job. */
export const jobStates: readonly AnswerState[] = [...status, ...cancels, ...resubmissions];
