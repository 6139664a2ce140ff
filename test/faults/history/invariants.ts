import { isFinal } from '../../../src/jobs/model/states.ts';
import { mayMove } from '../../../src/jobs/model/transitions.ts';
import { secretsIn } from '../../support/canaries.ts';
import { promptOf, type Arrival, type History, type JobRow, type PermitRow } from './history.ts';

/** One rule over a history: what breaks it, in words; nothing where it holds. */
export type Invariant = (history: History) => readonly string[];

/** I1: every job that a client was told of is there, has come to an end, and has what its end promises. */
export const nothingLost: Invariant = ({ operations, jobs, images }) => {
  const rows = new Map(jobs.map((job) => [job.id, job]));
  const told = operations.filter(({ outcome }) => outcome === 'ok');
  const missing = told.flatMap((operation) => operation.jobs.filter((id) => !rows.has(id)));
  const pictures = told.flatMap((operation) => operation.images.filter((id) => !images.some((row) => row.id === id)));
  return [
    ...missing.map((id) => `${id} was acknowledged and is gone`),
    ...pictures.map((id) => `${id} was shown and is gone`),
    ...jobs.filter(({ state }) => !isFinal(state)).map(({ id, state }) => `${id} has no end: ${state}`),
    ...jobs.filter((job) => lacksPictures(job, images)).map(({ id }) => `${id} succeeded without all its pictures`),
  ];
};

function lacksPictures(job: JobRow, images: History['images']): boolean {
  if (job.state !== 'succeeded') return false;
  const have = images.filter((image) => image.job === job.id).length;
  const saidSo = job.warnings.some((warning) => warning.includes('could not be fetched'));
  return have === 0 || (have < job.offered.length && !saidSo);
}

/** Statuses by which Adobe says that it has not taken a request. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404, 413, 415, 422, 429, 451]);

/**
 * I2: each request had a permit of its own, for this very job; at most one request of a job may have been taken by
 * Adobe; a 401 is repeated once; a call that was repeated did not become a second paid job. A job that was put in place
 * of another one counts for itself.
 */
export const paidOnce: Invariant = ({ arrivals, jobs, permits }) => {
  const posts = arrivals.filter(({ phase }) => phase === 'submit');
  const permitOf = new Map(permits.map((permit) => [permit.requestId, permit]));
  const jobOf = (post: Arrival) => permitOf.get(idOf(post))?.job;
  const ids = posts.map(idOf);
  const unpermitted = posts.filter((post) => [undefined, 'not_sent'].includes(permitOutcome(permitOf.get(idOf(post)))));
  const ofJobs = jobs.flatMap((job) => {
    const sent = posts.filter((post) => jobOf(post) === job.id);
    const taken = sent.filter(mayBeTaken).length;
    const unauthorized = sent.filter(({ status }) => status === 401).length;
    const strange = sent.filter((post) => ![undefined, job.prompt].includes(promptOf(post)));
    return [
      ...(taken > 1 ? [`${job.id} was sent ${taken} times`] : []),
      ...(unauthorized > 2 ? [`${job.id} was sent again after a second 401`] : []),
      ...strange.map(() => `${job.id} sent what it was not asked for`),
    ];
  });
  const paying = new Set(permits.filter(({ outcome }) => isOpen(outcome)).map(({ job }) => job));
  const prompts = jobs
    .filter(({ id, replaces }) => replaces === undefined && paying.has(id))
    .map(({ prompt }) => prompt);
  return [
    ...repeated(ids).map((id) => `the request ${id} came twice`),
    ...unpermitted.map((post) => `the request ${idOf(post)} had no permit`),
    ...ofJobs,
    ...repeated(prompts).map((prompt) => `"${prompt}" was paid by jobs that nobody asked for`),
  ];
};

function idOf({ headers }: Arrival): string {
  return headers['x-request-id'] ?? '';
}

/** `undefined` where there is no permit; a permit that was never ended is one. */
function permitOutcome(permit: PermitRow | undefined): string | undefined {
  return permit && (permit.outcome ?? 'open');
}

function repeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, n) => values.indexOf(value) !== n))];
}

function mayBeTaken({ status }: Arrival): boolean {
  return status === undefined || !REFUSALS.has(status);
}

function isOpen(outcome: string | undefined): boolean {
  return outcome === undefined || outcome === 'accepted' || outcome === 'unknown';
}

/** I3: only moves of the table; an end is final, also for what a client was told; a fence never falls. */
export const inOrder: Invariant = ({ moves, jobs, operations }) => {
  const problems: string[] = [];
  const at = new Map<string, string>();
  for (const { job, from, to, fromFence, toFence } of moves) {
    const before = at.get(job) ?? 'queued';
    if (before !== from) problems.push(`${job} went from ${from} while it was ${before}`);
    // A claim of a job that was provably never sent moves it back to the queue and on in one step.
    const takenOver = from === 'permitted' && to === 'preparing' && toFence > fromFence;
    if (from !== to && !takenOver && !mayMove(from, to)) problems.push(`${job} went from ${from} to ${to}`);
    if (toFence < fromFence) problems.push(`${job} lost its fence`);
    at.set(job, to);
  }
  for (const { id, state } of jobs) {
    const last = at.get(id) ?? 'queued';
    if (last !== state) problems.push(`${id} is ${state}, but was last seen going to ${last}`);
  }
  const states = new Map(jobs.map(({ id, state }) => [id, state]));
  for (const { told, jobs: named } of operations) {
    const [id = ''] = named;
    if (told !== undefined && isFinal(told) && states.get(id) !== told) {
      problems.push(`${id} was said to be ${told} and is ${String(states.get(id))}`);
    }
  }
  return problems;
};

const MINUTE_MS = 60_000;
/** Milliseconds, after a 429, in which no process sends anything. */
const LEAST_HOLD_MS = 15_000;
/** Requests that had their permit when the 429 came may still arrive. */
const UNDER_WAY_MS = 2_000;

/** I4: never more requests in 60 seconds than allowed, as the server saw them, and none while it asked for quiet. */
export const withinQuota: Invariant = (history) => {
  const { arrivals, perMinute } = history;
  const times = arrivals.filter(({ phase }) => phase === 'submit').map(({ headAt }) => headAt);
  const sorted = times.sort((a, b) => a - b);
  const full = sorted.flatMap((start, n) => {
    const within = sorted.slice(n).filter((time) => time - start <= MINUTE_MS).length;
    return within > perMinute ? [`${within} requests within 60 s of ${start}`] : [];
  });
  const asked = arrivals.flatMap((arrival) =>
    arrival.status === 429 && arrival.answeredAt !== undefined && wasHeard(arrival, history)
      ? [arrival.answeredAt]
      : [],
  );
  const early = asked.flatMap((time) =>
    sorted
      .filter((arrival) => arrival > time + UNDER_WAY_MS && arrival < time + LEAST_HOLD_MS)
      .map((arrival) => `a request ${arrival - time} ms after a 429`),
  );
  return [...full, ...early];
};

/**
 * Whether a 429 must have closed the gate: one of the storage does not, and one whose reader was killed before it could
 * write it down cannot. Of a submit the permit tells; of other requests nothing does, once a process was killed.
 */
function wasHeard(arrival: Arrival, { permits, operations }: History): boolean {
  if (arrival.phase === 'submit') {
    return permits.some(({ requestId, outcome }) => requestId === idOf(arrival) && outcome === 'rate_limited');
  }
  const killed = operations.some(({ outcome }) => outcome === 'info');
  return !killed && ['upload', 'status', 'cancel'].includes(arrival.phase);
}

/** I5: no principal was shown a job or a picture of another one. */
export const nothingForeign: Invariant = ({ operations, jobs, images }) => {
  const owners = new Map([...jobs, ...images].map(({ id, principal }) => [id, principal]));
  return operations.flatMap(({ principal, jobs: named, images: shown }) =>
    [...named, ...shown]
      .filter((id) => owners.has(id) && owners.get(id) !== principal)
      .map((id) => `${principal} was shown ${id} of ${String(owners.get(id))}`),
  );
};

/** I6: what is stored is what storage served, and no row is without its file. */
export const bytesAsServed: Invariant = ({ images, jobs, arrivals }) => {
  const served = new Map<string, Set<string>>();
  for (const { path, served: bytes } of arrivals) {
    if (bytes) served.set(path, (served.get(path) ?? new Set()).add(bytes.sha256));
  }
  return images.flatMap(({ id, job, place, sha256, file }) => {
    const path = jobs.find((row) => row.id === job)?.offered[place - 1] ?? '';
    return [
      ...(file === undefined ? [`${id} has no file`] : []),
      ...(file !== undefined && file !== sha256 ? [`the file of ${id} is not what its row says`] : []),
      ...(served.get(path)?.has(sha256) ? [] : [`${id} is not what was served at ${path}`]),
    ];
  });
};

/** I7: no secret in anything that comes out, neither as it is nor encoded. */
export const noSecrets: Invariant = ({ outputs, secrets }) =>
  Object.entries(outputs).flatMap(([name, text]) =>
    secretsIn(text, secrets).map(({ kind }) => `${name} holds a secret (${kind})`),
  );

/** All invariants by their numbers (docs/jobs.md#invariants). */
export const INVARIANTS: Readonly<Record<string, Invariant>> = {
  I1: nothingLost,
  I2: paidOnce,
  I3: inOrder,
  I4: withinQuota,
  I5: nothingForeign,
  I6: bytesAsServed,
  I7: noSecrets,
};

/** Everything that is wrong with a history, each with the number of its invariant. */
export function violations(history: History): readonly string[] {
  return Object.entries(INVARIANTS).flatMap(([number, check]) => check(history).map((text) => `${number}: ${text}`));
}
