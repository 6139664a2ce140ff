/**
 * What went wrong at the database.
 *
 * - `conflict`: it chose this transaction to give way; another run can succeed.
 * - `lost`: the connection is gone, or there was none to be had.
 * - `busy`: somebody holds a lock for too long, or there are too many connections.
 * - `refused`: it does not let us in; waiting does not help.
 * - `read_only`: a standby, or a primary that was set so.
 * - `full`: its disk is full.
 * - `broken`: it has trouble of its own.
 */
export type FailureKind = 'conflict' | 'lost' | 'busy' | 'refused' | 'read_only' | 'full' | 'broken';

/** Whole SQLSTATE codes, then classes (PostgreSQL documentation, appendix A). */
const CODES: ReadonlyMap<string, FailureKind> = new Map([
  ['40001', 'conflict'],
  ['40P01', 'conflict'],
  ['25P03', 'lost'],
  ['25P04', 'lost'],
  ['57P01', 'lost'],
  ['57P02', 'lost'],
  ['57P03', 'lost'],
  ['57P05', 'lost'],
  ['08P01', 'refused'],
  ['55P03', 'busy'],
  ['57014', 'busy'],
  ['53200', 'busy'],
  ['53300', 'busy'],
  ['53400', 'busy'],
  ['53100', 'full'],
  ['25006', 'read_only'],
  ['3D000', 'refused'],
  ['42501', 'refused'],
]);
const CLASSES: ReadonlyMap<string, FailureKind> = new Map([
  ['08', 'lost'],
  ['28', 'refused'],
  ['58', 'broken'],
  ['XX', 'broken'],
]);

/** Errors of TLS and of authentication that the driver raises itself; they have no SQLSTATE. */
const REFUSED_BY_DRIVER = /^(SASL|The server does not support SSL|There was an error establishing an SSL)/;
const WRONG_SETTING_CODE = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_INVALID_URL)/;
/** The pool's own words when every connection is taken. */
const POOL_EXHAUSTED = 'timeout exceeded when trying to connect';

/** An error of the database or the way to it, with its kind. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, cause: unknown) {
    super(`the database failed: ${kind}`, { cause });
    this.kind = kind;
  }
}

/** Words of the driver for a connection that was already broken, so that it did not send anything. */
const NOT_SENT = /^Client (has encountered a connection error|was closed) and is not queryable$/;

/** Whether the server surely never began with the statement: its connection had ended before. */
export function wasNeverBegun(error: unknown): boolean {
  // 25P03 ends a session only while it waits for the next statement.
  return sqlState(error) === '25P03' || (error instanceof Error && NOT_SENT.test(error.message));
}

/** What the driver threw, with its kind; mistakes in our SQL pass unchanged. */
export function toFailure(error: unknown): unknown {
  const kind = failureKind(error);
  return kind === undefined ? error : new StoreFailure(kind, error);
}

/** The kind of an error that the driver threw; undefined for a mistake in our SQL. */
function failureKind(error: unknown): FailureKind | undefined {
  const state = sqlState(error);
  if (state !== undefined) return CODES.get(state) ?? CLASSES.get(state.slice(0, 2));
  const message = error instanceof Error ? error.message : '';
  if (message === POOL_EXHAUSTED) return 'busy';
  if (REFUSED_BY_DRIVER.test(message)) return 'refused';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return WRONG_SETTING_CODE.test(code) ? 'refused' : 'lost';
}

/** Only what the server says has a severity; the driver and the operating system have codes of their own. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
