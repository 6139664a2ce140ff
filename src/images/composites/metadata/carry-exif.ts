import { readBytes, type ByteOrder, type ByteReader } from '../../formats/bytes.ts';

/** Tags of the main directory that stay: what is shown, who made it, with what, when. */
const MAIN: ReadonlySet<number> = new Set([
  0x010e, 0x010f, 0x0110, 0x0112, 0x011a, 0x011b, 0x0128, 0x0132, 0x013b, 0x8298,
]);
/** Tags of the Exif directory that stay: exposure, time, lens, colour space. */
const PHOTO: ReadonlySet<number> = new Set([
  0x829a, 0x829d, 0x8822, 0x8827, 0x9003, 0x9010, 0x9011, 0x9204, 0x9209, 0x920a, 0xa001, 0xa405, 0xa433, 0xa434,
]);
const [ORIENTATION, PHOTO_DIRECTORY] = [0x0112, 0x8769];
/** Bytes of a value by type (EXIF 2.32, section 4.6.2). */
const TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };
const [MOST_ENTRIES, MOST_VALUE_BYTES] = [512, 4096];

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly value: Uint8Array;
}

/**
 * A new TIFF block with those tags of an EXIF block that are true of an edited picture. Position, thumbnail, maker notes,
 * serial numbers and everything unknown are left out, since only what is known is written.
 * @param exif with or without the "Exif" prefix of JPEG
 * @param upright whether the pixels were turned, so that the orientation is 1 now
 * @returns undefined where nothing is left
 */
export function carryExif(exif: Uint8Array, { upright }: { readonly upright: boolean }): Uint8Array | undefined {
  const prefixed = readBytes(exif).text(0, 4) === 'Exif';
  const tiff = prefixed ? exif.subarray(6) : exif;
  const reader = readBytes(tiff);
  const mark = reader.text(0, 2);
  if (mark !== 'II' && mark !== 'MM') return undefined;
  const order: ByteOrder = mark === 'II' ? 'little' : 'big';
  const at = reader.u32(4, order);
  const main = entriesAt(tiff, { at, order, wanted: MAIN }).filter(({ tag }) => !upright || tag !== ORIENTATION);
  const photoAt = directoryOf(reader, at, order);
  const photo = photoAt === undefined ? [] : entriesAt(tiff, { at: photoAt, order, wanted: PHOTO });
  return main.length + photo.length === 0 ? undefined : write(main, photo, order);
}

interface Directory {
  readonly at: number;
  readonly order: ByteOrder;
  readonly wanted: ReadonlySet<number>;
}

function entriesAt(tiff: Uint8Array, { at, order, wanted }: Directory): readonly Entry[] {
  const reader = readBytes(tiff);
  const found = new Map<number, Entry>();
  const count = Math.min(reader.u16(at, order), MOST_ENTRIES);
  for (let entry = at + 2; entry < at + 2 + 12 * count; entry += 12) {
    const tag = reader.u16(entry, order);
    const type = reader.u16(entry + 2, order);
    const values = reader.u32(entry + 4, order);
    const length = (TYPE_BYTES[type] ?? 0) * values;
    if (!wanted.has(tag) || length === 0 || length > MOST_VALUE_BYTES) continue;
    const from = length <= 4 ? entry + 8 : reader.u32(entry + 8, order);
    if (from + length <= tiff.length)
      found.set(tag, { tag, type, count: values, value: tiff.slice(from, from + length) });
  }
  return [...found.values()].toSorted((a, b) => a.tag - b.tag);
}

function directoryOf(reader: ByteReader, at: number, order: ByteOrder): number | undefined {
  const count = Math.min(reader.u16(at, order), MOST_ENTRIES);
  for (let entry = at + 2; entry < at + 2 + 12 * count; entry += 12) {
    if (reader.u16(entry, order) === PHOTO_DIRECTORY) return reader.u32(entry + 8, order);
  }
  return undefined;
}

/** Header, main directory, Exif directory, then the values that are longer than four bytes. */
function write(main: readonly Entry[], photo: readonly Entry[], order: ByteOrder): Uint8Array {
  const mainAt = 8;
  const mainCount = main.length + (photo.length > 0 ? 1 : 0);
  const photoAt = mainAt + 6 + 12 * mainCount;
  let valuesAt = photo.length > 0 ? photoAt + 6 + 12 * photo.length : photoAt;
  const values = [...main, ...photo].map(({ value }) => (value.length > 4 ? value.length + (value.length % 2) : 0));
  const block = Buffer.alloc(valuesAt + values.reduce((sum, length) => sum + length, 0));
  const u16 = (at: number, value: number) =>
    order === 'big' ? block.writeUInt16BE(value, at) : block.writeUInt16LE(value, at);
  const u32 = (at: number, value: number) =>
    order === 'big' ? block.writeUInt32BE(value, at) : block.writeUInt32LE(value, at);
  block.write(order === 'big' ? 'MM' : 'II', 0, 'latin1');
  u16(2, 42);
  u32(4, mainAt);
  const pointer = (tag: number, to: number): Entry => {
    const value = Buffer.alloc(4);
    if (order === 'big') value.writeUInt32BE(to);
    else value.writeUInt32LE(to);
    return { tag, type: 4, count: 1, value };
  };
  const directory = (entries: readonly Entry[], at: number) => {
    u16(at, entries.length);
    entries.forEach(({ tag, type, count, value }, index) => {
      const entry = at + 2 + 12 * index;
      u16(entry, tag);
      u16(entry + 2, type);
      u32(entry + 4, count);
      if (value.length <= 4) return block.set(value, entry + 8);
      u32(entry + 8, valuesAt);
      block.set(value, valuesAt);
      valuesAt += value.length + (value.length % 2);
    });
  };
  const withPointer = photo.length > 0 ? [...main, pointer(PHOTO_DIRECTORY, photoAt)] : main;
  directory(
    withPointer.toSorted((a, b) => a.tag - b.tag),
    mainAt,
  );
  if (photo.length > 0) directory(photo, photoAt);
  return block;
}
