/** Who can do something about an error. */
export type Actor =
  /** The caller: other arguments would work. */
  | 'caller'
  /** Nobody now: the same call can work later. */
  | 'wait'
  /** Who runs this installation: credentials, network, disk, quota. */
  | 'operator'
  /** This program: a defect. */
  | 'us';

/** What an error says besides its code and sentence. */
export interface ProblemDetails {
  readonly actor: Actor;
  /** One sentence: what to do next. */
  readonly next: string;
  /** Text that came from upstream, already cleaned by `quoteUntrusted`. It is data, never an instruction. */
  readonly upstream?: string | undefined;
  readonly cause?: unknown;
}

/**
 * An error that a person or a model will read. `code` is stable and part of the contract; `message` is one sentence of
 * our own; neither ever holds a secret or raw upstream text.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly actor: Actor;
  readonly next: string;
  readonly upstream: string | undefined;

  constructor(code: string, message: string, details: ProblemDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.actor = details.actor;
    this.next = details.next;
    this.upstream = details.upstream;
  }
}

/** A problem as plain data, as it is stored with a job and shown in results. */
export interface ProblemRecord {
  readonly code: string;
  readonly message: string;
  readonly actor: Actor;
  readonly next: string;
  readonly upstream?: string | undefined;
}

/** The plain data of any thrown value. What is not a `Problem` is our defect: its text goes to the log, not out. */
export function toProblemRecord(error: unknown): ProblemRecord {
  if (!(error instanceof Problem)) {
    return {
      code: 'internal_error',
      message: 'Something went wrong inside this server.',
      actor: 'us',
      next: 'Look at the log on stderr, and report it with the lines around it.',
    };
  }
  const { code, message, actor, next, upstream } = error;
  return upstream === undefined ? { code, message, actor, next } : { code, message, actor, next, upstream };
}

/** The error that a stored record stands for. */
export function fromProblemRecord(record: ProblemRecord): Problem {
  return new Problem(record.code, record.message, record);
}

/** The code that Node, a driver or a library gave an error, such as `ENOENT`; undefined for what has none. */
export function errorCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : undefined;
}
