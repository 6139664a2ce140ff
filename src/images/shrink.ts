import type { Queryable, SqlRow } from '../store/database.ts';

/** A record of a picture, as far as it matters for whether it may go. */
export interface StoredPicture {
  readonly id: string;
  readonly job: string | undefined;
  readonly sha256: string;
}

/** What is to go. */
export interface ShrinkOptions {
  /** Most bytes that pictures may take, each content once. */
  readonly limit: number;
  /** Pictures made at this moment (epoch ms) or later stay. */
  readonly before: number;
}

/** Pictures that stay, and what they take. */
export interface Stay {
  readonly pictures: number;
  readonly bytes: number;
}

/** A place in the order of pictures by age. */
export interface Mark {
  readonly createdAt: number;
  readonly id: string;
}

/** One part of the oldest contents, judged. */
export interface Picked {
  /** Records that go; of a content all of them, or none. */
  readonly doomed: readonly StoredPicture[];
  /** What their contents take. */
  readonly bytes: number;
  readonly held: Stay;
  /** Where the next part begins; undefined where there is none, or where enough was found. */
  readonly next: Mark | undefined;
}

export const OLDEST: Mark = { createdAt: -1, id: '' };
export const NONE: Stay = { pictures: 0, bytes: 0 };
const PART = 200;

/** Both together. */
export function both(a: Stay, b: Stay): Stay {
  return { pictures: a.pictures + b.pictures, bytes: a.bytes + b.bytes };
}

/** What the pictures of a store take, each content once. */
export async function bytesTaken(from: Queryable): Promise<number> {
  const row = await from.first(
    'SELECT SUM(bytes) AS bytes FROM (SELECT DISTINCT sha256, bytes FROM images) AS contents',
  );
  return Number(row?.['bytes'] ?? 0);
}

/** Contents of pictures from this moment on, and what they take. */
export async function youngerThan(from: Queryable, moment: number): Promise<Stay> {
  const rows = await from.all('SELECT sha256, bytes FROM images WHERE created_at >= ?', [moment]);
  const contents = new Map(rows.map((row) => [String(row['sha256']), Number(row['bytes'])]));
  return { pictures: contents.size, bytes: [...contents.values()].reduce((total, size) => total + size, 0) };
}

/**
 * Finds what has to go to make `excess` bytes free, oldest first. A content is as old as its youngest record: taking an
 * older one away would free nothing.
 */
export async function pickOldest(
  from: Queryable,
  { before, excess, after }: { readonly before: number; readonly excess: number; readonly after: Mark },
  held: (pictures: readonly StoredPicture[]) => Promise<ReadonlySet<string>>,
): Promise<Picked> {
  if (excess <= 0) return { doomed: [], bytes: 0, held: NONE, next: undefined };
  const youngest = await from.all(
    `SELECT id, sha256, bytes, created_at FROM images p
     WHERE created_at < ? AND (created_at, id) > (?, ?) AND NOT EXISTS
       (SELECT 1 FROM images y WHERE y.sha256 = p.sha256 AND (y.created_at, y.id) > (p.created_at, p.id))
     ORDER BY created_at, id LIMIT ${PART}`,
    [before, after.createdAt, after.id],
  );
  const contents = youngest.map((row) => String(row['sha256']));
  const records = await recordsOf(from, contents);
  const stays = await held([...records.values()].flat());
  const doomed: StoredPicture[] = [];
  let bytes = 0;
  let kept = NONE;
  for (const row of youngest) {
    if (bytes >= excess) break;
    const size = Number(row['bytes']);
    const all = records.get(String(row['sha256'])) ?? [];
    if (all.some(({ id }) => stays.has(id))) {
      kept = { pictures: kept.pictures + 1, bytes: kept.bytes + size };
      continue;
    }
    doomed.push(...all);
    bytes += size;
  }
  const last = youngest.at(-1);
  const isOver = bytes >= excess || youngest.length < PART || last === undefined;
  return { doomed, bytes, held: kept, next: isOver ? undefined : markOf(last) };
}

/** The columns `created_at` and `id` of a row. */
export function markOf(row: SqlRow): Mark {
  return { createdAt: Number(row['created_at']), id: String(row['id']) };
}

async function recordsOf(from: Queryable, contents: readonly string[]): Promise<Map<string, StoredPicture[]>> {
  const records = new Map<string, StoredPicture[]>(contents.map((content) => [content, []]));
  if (contents.length === 0) return records;
  const marks = contents.map(() => '?').join(', ');
  for (const row of await from.all(`SELECT id, job, sha256 FROM images WHERE sha256 IN (${marks})`, contents)) {
    records.get(String(row['sha256']))?.push(toStored(row));
  }
  return records;
}

/** The columns `id`, `job` and `sha256` of a row. */
export function toStored(row: SqlRow): StoredPicture {
  return {
    id: String(row['id']),
    job: row['job'] === null ? undefined : String(row['job']),
    sha256: String(row['sha256']),
  };
}
