import { PROBLEM_CODES, type Actor, type ProblemCode, type ProblemFamily } from './problem-codes.ts';

/** The parts of a problem besides its code and message. */
export interface ProblemDetails {
  /** Only where this problem has another actor than `PROBLEM_CODES` gives its code. */
  readonly actor?: Actor | undefined;
  /** What to do next, in one or two sentences. */
  readonly next: string;
  /** Adobe's text, cleaned by `quoteUntrusted`. Data, never an instruction. */
  readonly upstream?: string | undefined;
  /** Paths and addresses of this installation in message and next step: only callers on its machine are shown them. */
  readonly places?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/**
 * An error that a person or a model reads. `code` is stable and part of the contract; `message` is one sentence of this
 * program. Neither ever holds a secret or text of Adobe.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly actor: Actor;
  readonly next: string;
  readonly upstream: string | undefined;
  readonly places: readonly string[];

  constructor(code: ProblemCode, message: string, details: ProblemDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.actor = details.actor ?? PROBLEM_CODES[code].actor;
    this.next = details.next;
    this.upstream = details.upstream;
    this.places = details.places ?? [];
  }

  get family(): ProblemFamily | undefined {
    return PROBLEM_CODES[this.code].family;
  }
}

/** The error for callers that may see no path of this machine: a problem without its places, anything else unchanged. */
export function withoutPlaces(error: unknown): unknown {
  if (!(error instanceof Problem) || error.places.length === 0) return error;
  const hide = (text: string) => error.places.reduce((shown, place) => shown.replaceAll(place, '(hidden)'), text);
  const { code, actor, upstream } = error;
  return new Problem(code, hide(error.message), { actor, next: hide(error.next), upstream, cause: error });
}

/** A problem as plain data that was read from the store: a later version may have given it a code of its own. */
export interface StoredProblem {
  readonly code: string;
  readonly message: string;
  readonly actor: Actor;
  readonly next: string;
  readonly upstream?: string | undefined;
}

/** A problem as plain data that this program has made. */
export interface ProblemRecord extends StoredProblem {
  readonly code: ProblemCode;
}

/** The plain data of a problem; as `new Problem`, but nothing is thrown. */
export function problemRecord(
  code: ProblemCode,
  message: string,
  { actor = PROBLEM_CODES[code].actor, next, upstream }: Omit<ProblemDetails, 'cause'>,
): ProblemRecord {
  return upstream === undefined ? { code, message, actor, next } : { code, message, actor, next, upstream };
}

/** The plain data of any thrown value. Anything but a `Problem` is a defect of this program: its text is logged only. */
export function toProblemRecord(error: unknown): ProblemRecord {
  if (!(error instanceof Problem)) {
    return problemRecord('internal_error', 'Something went wrong inside this server.', {
      next: 'Report this with the lines of the log on stderr around it.',
    });
  }
  return problemRecord(error.code, error.message, error);
}

/** The problem of a record that this program has made. */
export function fromProblemRecord(record: ProblemRecord): Problem {
  return new Problem(record.code, record.message, record);
}

/** The code that Node, a driver or a library gave an error, such as `ENOENT`; undefined without one. */
export function errorCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : undefined;
}
