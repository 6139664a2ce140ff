import type { LoggedRequest } from '../../../src/emulator/index.ts';
import type { JobState } from '../../../src/jobs/model/states.ts';

/**
 * One call of a client, in the manner of Jepsen: `ok` and `fail` were answered, `info` was not, so that
 * whether it took effect is unknown.
 */
export interface Operation {
  /** Name of the process that was called. */
  readonly process: string;
  readonly principal: string;
  readonly call: string;
  /** Prompt of the picture that was asked for; tests give each one a prompt of its own. */
  readonly prompt: string | undefined;
  readonly outcome: 'ok' | 'fail' | 'info';
  /** Jobs and pictures that the answer named, and the state that it told of its job. */
  readonly jobs: readonly string[];
  readonly images: readonly string[];
  readonly told: JobState | undefined;
}

/** One committed change of a job's row, in the order of the commits. */
export interface Move {
  readonly job: string;
  readonly from: JobState;
  readonly to: JobState;
  readonly fromFence: number;
  readonly toFence: number;
}

/** A row of `jobs` at the end. */
export interface JobRow {
  readonly id: string;
  readonly principal: string;
  readonly prompt: string;
  readonly state: JobState;
  readonly replaces: string | undefined;
  /** Paths of the results that Adobe offered. */
  readonly offered: readonly string[];
  readonly warnings: readonly string[];
}

/** A row of `permits` at the end. */
export interface PermitRow {
  readonly job: string;
  readonly attempt: number;
  readonly outcome: string | undefined;
  /** Value of `x-request-id` of the one request that it is for. */
  readonly requestId: string;
}

/** A row of `images` at the end, and the hash of the file that it names; undefined where there is none. */
export interface ImageRow {
  readonly id: string;
  readonly principal: string;
  readonly job: string;
  readonly place: number;
  readonly sha256: string;
  readonly file: string | undefined;
}

/** What reached Adobe. */
export type Arrival = Pick<
  LoggedRequest,
  | 'phase'
  | 'path'
  | 'headers'
  | 'headAt'
  | 'completeAt'
  | 'status'
  | 'answeredAt'
  | 'fault'
  | 'json'
  | 'served'
  | 'authorization'
>;

/** A recorded run: calls, rows, files, requests and outputs, complete once the run has ended. */
export interface History {
  readonly operations: readonly Operation[];
  readonly moves: readonly Move[];
  readonly jobs: readonly JobRow[];
  readonly permits: readonly PermitRow[];
  readonly images: readonly ImageRow[];
  /** The request log of the emulator, in the order of arrival. */
  readonly arrivals: readonly Arrival[];
  readonly perMinute: number;
  /** Everything that came out: results, log, other files; by name. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** The prompt of a submit, where its body arrived. */
export function promptOf({ json }: Pick<Arrival, 'json'>): string | undefined {
  const prompt: unknown = typeof json === 'object' && json !== null && 'prompt' in json ? json.prompt : undefined;
  return typeof prompt === 'string' ? prompt : undefined;
}
