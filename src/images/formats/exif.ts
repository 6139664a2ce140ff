import { readBytes } from './bytes.ts';

/** EXIF orientation (EXIF 2.32, tag 0x0112): 1 is upright; 5 to 8 swap width and height when displayed. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const TAG_ORIENTATION = 0x0112;
const TYPE_SHORT = 3;
/** Entries of the first directory that are read: more than any writer makes. */
const MOST_ENTRIES = 512;

/** The orientation in a TIFF block (EXIF without its "Exif" prefix); 1 without one. */
export function tiffOrientation(tiff: Uint8Array): Orientation {
  const reader = readBytes(tiff);
  const mark = reader.text(0, 2);
  if (mark !== 'II' && mark !== 'MM') return 1;
  const order = mark === 'II' ? 'little' : 'big';
  if (reader.u16(2, order) !== 42) return 1;
  const directory = reader.u32(4, order);
  const entries = Math.min(reader.u16(directory, order), MOST_ENTRIES);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (reader.u16(entry, order) !== TAG_ORIENTATION || reader.u16(entry + 2, order) !== TYPE_SHORT) continue;
    return toOrientation(reader.u16(entry + 8, order));
  }
  return 1;
}

function toOrientation(value: number): Orientation {
  const known: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];
  return known.find((orientation) => orientation === value) ?? 1;
}
