import { createHash } from 'node:crypto';
import type { SqlValue } from '../database.ts';

/** Type oids of `pg_type.dat`. */
const BOOL = 16;
const INT8 = 20;
const INT2 = 21;
const INT4 = 23;
const FLOAT4 = 700;
const FLOAT8 = 701;
const NUMERIC = 1700;

const NUMBERS: ReadonlySet<number> = new Set([INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC]);

/**
 * Parsers by column type, so that rows look like SQLite's: every number a number (times and counts stay far below
 * 2^53), flags 0 or 1, everything else its text.
 */
export const types = {
  getTypeParser(oid: number) {
    if (NUMBERS.has(oid)) return (value: string): SqlValue => Number(value);
    if (oid === BOOL) return (value: string): SqlValue => (value === 't' ? 1 : 0);
    return (value: string): SqlValue => value;
  },
};

/** A parameter that PostgreSQL takes: its text cannot hold NUL (documentation, "Character Types"). */
export function storable(value: SqlValue): SqlValue {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value;
}

/** The channel of that name, as the server knows it: short, and plain between double quotes. */
export function channelName(name: string): string {
  return `firefly_${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}

/** The key of an advisory lock of that name: 64 bits, signed, as text. Other programs may share the database. */
export function lockKey(name: string): string {
  return createHash('sha256').update(`firefly-mcp/${name}`).digest().readBigInt64BE(0).toString();
}
