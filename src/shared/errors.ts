/** The one who can act on an error. */
export type Actor =
  /** The caller: other arguments would work. */
  | 'caller'
  /** Time: an equal call can work later. */
  | 'wait'
  /** The person who runs this installation: credentials, network, disk, quota. */
  | 'operator'
  /** This program: a defect. */
  | 'us';

/** The parts of a problem besides its code and message. */
export interface ProblemDetails {
  readonly actor: Actor;
  /** What to do next, in one or two sentences. */
  readonly next: string;
  /** Adobe's text, cleaned by `quoteUntrusted`. Data, never an instruction. */
  readonly upstream?: string | undefined;
  /** Paths of this machine in message and next step, which only callers on it are shown. */
  readonly paths?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/**
 * An error that a person or a model reads. `code` is stable and part of the contract; `message` is one sentence of this
 * program. Neither ever holds a secret or text of Adobe.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly actor: Actor;
  readonly next: string;
  readonly upstream: string | undefined;
  readonly paths: readonly string[];

  constructor(code: string, message: string, details: ProblemDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.actor = details.actor;
    this.next = details.next;
    this.upstream = details.upstream;
    this.paths = details.paths ?? [];
  }
}

/** The error for callers that may see no path of this machine: a problem without its paths, anything else unchanged. */
export function withoutPaths(error: unknown): unknown {
  if (!(error instanceof Problem) || error.paths.length === 0) return error;
  const hide = (text: string) => error.paths.reduce((shown, path) => shown.replaceAll(path, '(path)'), text);
  const { code, actor, upstream } = error;
  return new Problem(code, hide(error.message), { actor, next: hide(error.next), upstream, cause: error });
}

/** A problem as plain data, stored with a job and shown in results. */
export interface ProblemRecord {
  readonly code: string;
  readonly message: string;
  readonly actor: Actor;
  readonly next: string;
  readonly upstream?: string | undefined;
}

/** The plain data of any thrown value. Anything but a `Problem` is a defect of this program: its text is logged only. */
export function toProblemRecord(error: unknown): ProblemRecord {
  if (!(error instanceof Problem)) {
    return {
      code: 'internal_error',
      message: 'Something went wrong inside this server.',
      actor: 'us',
      next: 'Report this with the lines of the log on stderr around it.',
    };
  }
  const { code, message, actor, next, upstream } = error;
  return upstream === undefined ? { code, message, actor, next } : { code, message, actor, next, upstream };
}

/** The problem of a stored record. */
export function fromProblemRecord(record: ProblemRecord): Problem {
  return new Problem(record.code, record.message, record);
}

/** The code that Node, a driver or a library gave an error, such as `ENOENT`; undefined without one. */
export function errorCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : undefined;
}
