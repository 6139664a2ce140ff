import type { Transaction } from '../../store/database.ts';
import type { ImageRecord, NewImage } from '../types.ts';
import { COLUMNS, toParameters, toRecord } from './image-row.ts';
import { noteSources } from './lineage.ts';

/** How far, milliseconds, pictures of one moment may run ahead of the clock. */
const MOST_AHEAD_MS = 1_000;
/**
 * The present, or the moment after that of the principal's newest picture: of two that are stored within one millisecond,
 * such as the composites of two jobs, the later one is the newer one for `last` and in lists, not the one whose random id
 * is greater. Pictures further ahead are of a clock that was set back since.
 */
const MOMENT = `COALESCE((SELECT MAX(created_at) + 1 FROM images
  WHERE principal = ? AND created_at >= ? AND created_at < ?), ?)`;
const VALUES = COLUMNS.split(', ').map((column) => (column === 'created_at' ? MOMENT : '?'));
const AT = COLUMNS.split(', ').indexOf('created_at');
const INSERT = `INSERT INTO images (${COLUMNS}) VALUES (${VALUES.join(', ')})
  ON CONFLICT (job, place, kind) DO NOTHING RETURNING created_at`;

/** Inserts the image; if its job, number and kind are already stored, returns the stored one. */
export async function addImage(tx: Transaction, image: NewImage & Pick<ImageRecord, 'id'>): Promise<ImageRecord> {
  const before = toParameters({ ...image, createdAt: tx.now });
  const moment = [image.principal, tx.now, tx.now + MOST_AHEAD_MS];
  const added = await tx.first(INSERT, [...before.slice(0, AT), ...moment, ...before.slice(AT)]);
  if (added !== undefined) {
    const stored = { ...image, createdAt: Number(added['created_at']) };
    await noteSources(tx, stored);
    return stored;
  }
  const row = await tx.first('SELECT * FROM images WHERE job = ? AND place = ? AND kind = ?', [
    image.job ?? null,
    image.index,
    image.kind,
  ]);
  return row === undefined ? { ...image, createdAt: tx.now } : toRecord(row);
}

const RENEW = `UPDATE images SET created_at = ${MOMENT} WHERE id = ? AND created_at < (SELECT MAX(created_at)
  FROM images WHERE principal = ?) RETURNING created_at`;

/** Makes a picture the newest one of its principal, as if it had been stored now. Without its row nothing happens. */
export async function renewImage(tx: Transaction, image: ImageRecord): Promise<ImageRecord> {
  const moment = [image.principal, tx.now, tx.now + MOST_AHEAD_MS, tx.now];
  const renewed = await tx.first(RENEW, [...moment, image.id, image.principal]);
  return renewed === undefined ? image : { ...image, createdAt: Number(renewed['created_at']) };
}
