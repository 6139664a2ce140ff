import { createTokenSource } from '../../../src/firefly/auth/credentials.ts';
import { FIREFLY_ERRORS } from '../../../src/firefly/families/errors.ts';
import { parseErrorBody } from '../../../src/firefly/http/answer/error-body.ts';
import { outcomeUnknown } from '../../../src/firefly/problems.ts';
import { upstreamProblem } from '../../../src/firefly/upstream.ts';
import type { Jobs } from '../../../src/jobs/model/types.ts';
import type { Caller } from '../../../src/shared/caller.ts';
import type { Rendered } from '../../../src/render/rendered.ts';
import { plain } from '../../images/pictures.ts';
import type { TestRoomsOptions, TestRooms } from '../../support/rooms/test-rooms.ts';

/** One state of one tool, and how a call meets it. */
export interface AnswerState {
  readonly tool: string;
  /** Also the name of the file. */
  readonly state: string;
  readonly options?: TestRoomsOptions;
  run(rooms: TestRooms): Promise<Rendered>;
}

export const LEFT_HALF = { shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 } as const;

/** A picture of 800x600 in the root folder. */
export async function withPhoto(rooms: TestRooms, name = 'photo.jpg'): Promise<string> {
  return rooms.file(name, await plain(800, 600).jpeg().toBuffer());
}

/** The id of the job or batch that an answer shows. */
export function idIn({ structured }: Rendered): string {
  return String(structured?.['batch'] ?? structured?.['job']);
}

/** What Adobe answers to a prompt that its policy refuses. */
export function policyRefusal() {
  const body = '{"error_code":"prompt_unsafe","message":"The prompt violates the policy."}';
  const problem = upstreamProblem({ status: 451, about: 'submit', errors: FIREFLY_ERRORS, error: parseErrorBody(body, []) });
  return { kind: 'refused', problem } as const;
}

/** A connection that broke after the request had been sent. */
export function brokenConnection() {
  return { kind: 'unknown', problem: outcomeUnknown('the connection broke after the request was sent') } as const;
}

/** What the program throws that was started without credentials. */
export async function missingCredentials(): Promise<unknown> {
  const source = createTokenSource(undefined, undefined as never);
  return source.get().then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** A job that Adobe works on for long, and the answer of the call that made it. */
export async function runningJob(rooms: TestRooms, prompt = 'a fox in snow'): Promise<string> {
  rooms.adobe.durationMs = 120_000;
  return idIn(await rooms.answer('generate_image', { prompt, wait_seconds: 10 }));
}

/** A job that waits for the quota. Needs `perMinute: 1`. */
export async function queuedJob(rooms: TestRooms): Promise<string> {
  await runningJob(rooms, 'the first of two');
  return idIn(await rooms.answer('generate_image', { prompt: 'a fox in snow', wait_seconds: 2 }));
}

/** A job that has ended, however. */
export async function endedJob(rooms: TestRooms): Promise<string> {
  return idIn(await rooms.answer('generate_image', { prompt: 'a fox in snow', wait_seconds: 600 }));
}

/** Lets every download of the next job fail, since its links have expired. */
export function expireResults({ adobe }: TestRooms): void {
  adobe.downloadScript.push(...Array.from({ length: 200 }, () => ({ kind: 'expired' }) as const));
}

/** The answer of a call whose job another call cancels as soon as Adobe works on it. */
export async function cancelledMeanwhile(rooms: TestRooms, tool: string, input: object): Promise<Rendered> {
  rooms.adobe.durationMs = 120_000;
  const { jobs } = await rooms.services();
  const { caller } = rooms.toolCall();
  const isRunning = rooms.clock.until(() => rooms.adobe.statusReads > 0);
  const answer = rooms.answer(tool, { ...input, wait_seconds: 60 });
  await isRunning;
  // Simulated time is held, so that the call does not end before the cancel.
  await rooms.clock.hold(cancelNewest(jobs, caller));
  return answer;
}

async function cancelNewest(jobs: Jobs, caller: Caller): Promise<void> {
  const [job] = await jobs.list({ limit: 1 }, caller);
  await jobs.cancel(job?.id ?? '', caller);
}
