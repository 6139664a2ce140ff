import { errorCode } from '../../shared/errors.ts';

/**
 * The kind of a failure of the database.
 *
 * - `conflict`: the server aborted this transaction in favour of another; a second run can succeed.
 * - `lost`: the connection broke, or could not be made.
 * - `busy`: another transaction holds a lock for too long, or there are too many connections.
 * - `refused`: the server rejects the connection; waiting does not help.
 * - `read_only`: the server is a standby, or a primary that was set so.
 * - `full`: the disk of the server is full.
 * - `broken`: the server has an internal error.
 * - `differs`: tables or columns are missing: another version of this program has made them.
 */
export type FailureKind = 'conflict' | 'lost' | 'busy' | 'refused' | 'read_only' | 'full' | 'broken' | 'differs';

/** Kinds by SQLSTATE, then by the class of the SQLSTATE (PostgreSQL documentation, appendix A). */
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
  ['42P01', 'differs'],
  ['42703', 'differs'],
]);
const CLASSES: ReadonlyMap<string, FailureKind> = new Map([
  ['08', 'lost'],
  ['28', 'refused'],
  ['58', 'broken'],
  ['XX', 'broken'],
]);

/** Messages of TLS and authentication errors that the driver raises itself, without SQLSTATE. */
const REFUSED_BY_DRIVER = /^(SASL|The server does not support SSL|There was an error establishing an SSL)/;
const WRONG_SETTING_CODE = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_INVALID_URL)/;
/** Message of the pool when every connection is in use. */
const POOL_EXHAUSTED = 'timeout exceeded when trying to connect';

/** An error of the database or of the way to it. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, cause: unknown) {
    super(`the database failed: ${kind}`, { cause });
    this.kind = kind;
  }
}

/** Messages of the driver for a connection that was broken already, so that nothing was sent. */
const NOT_SENT = /^Client (has encountered a connection error|was closed) and is not queryable$/;

/** Whether the server surely never began the statement, as its connection had ended before. */
export function wasNeverBegun(error: unknown): boolean {
  // 25P03 ends a session only while it waits for the next statement.
  return sqlState(error) === '25P03' || (error instanceof Error && NOT_SENT.test(error.message));
}

/** An error of the driver as a `StoreFailure`; errors that a mistake in a statement causes pass unchanged. */
export function toFailure(error: unknown): unknown {
  const kind = failureKind(error);
  return kind === undefined ? error : new StoreFailure(kind, error);
}

/** The kind of an error of the driver; undefined for a mistake in a statement. */
function failureKind(error: unknown): FailureKind | undefined {
  const state = sqlState(error);
  if (state !== undefined) return CODES.get(state) ?? CLASSES.get(state.slice(0, 2));
  const message = error instanceof Error ? error.message : '';
  if (message === POOL_EXHAUSTED) return 'busy';
  if (REFUSED_BY_DRIVER.test(message)) return 'refused';
  return WRONG_SETTING_CODE.test(errorCode(error) ?? '') ? 'refused' : 'lost';
}

/** The SQLSTATE of an error of the server, which alone has a severity; undefined for errors of the driver or of Node. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof Error && 'severity' in error ? errorCode(error) : undefined;
}
