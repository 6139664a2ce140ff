import { createHash } from 'node:crypto';
import type { SqlValue } from '../database.ts';

/** Type oids (`pg_type.dat` in PostgreSQL's source). */
const BOOL = 16;
const INT8 = 20;
const INT2 = 21;
const INT4 = 23;
const FLOAT4 = 700;
const FLOAT8 = 701;
const NUMERIC = 1700;

const NUMBERS: ReadonlySet<number> = new Set([INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC]);

/**
 * Parsers by column type, so that rows equal those of SQLite: numbers as number (times and counts stay far below 2^53),
 * flags as 0 or 1, everything else as text.
 */
export const types = {
  getTypeParser(oid: number) {
    if (NUMBERS.has(oid)) return (value: string): SqlValue => Number(value);
    if (oid === BOOL) return (value: string): SqlValue => (value === 't' ? 1 : 0);
    return (value: string): SqlValue => value;
  },
};

/** A parameter that PostgreSQL accepts: its text cannot hold NUL (documentation, "Character Types"). */
export function storable(value: SqlValue): SqlValue {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value;
}

/** The name of a channel on the server: short, and safe between double quotes. */
export function channelName(name: string): string {
  return `firefly_${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}

/** The key of the advisory lock of this name: 64 bits, signed, as text. Hashed with a prefix, as other programs may share
 * the database. */
export function lockKey(name: string): string {
  return createHash('sha256').update(`firefly-mcp/${name}`).digest().readBigInt64BE(0).toString();
}
