import { BitReader, UncopyableJpeg } from './bit-reader.ts';
import { BitWriter } from './bit-writer.ts';
import { BlockEncoder, type Patch } from './encode-block.ts';
import type { BaselineJpeg, Component } from './parse-baseline.ts';
import { codesOf, TYPICAL, typicalTablesSegment, type HuffmanCodes } from './tables.ts';

/** Symbol of 16 zeros; every other one with a size of 0 ends the block. */
const ZEROS = 0xf0;
/** Most bytes of a block, stuffing included. */
const MOST_BLOCK_BYTES = 512;
/** Units between two looks whether the work is still wanted. */
const UNITS_AT_ONCE = 4096;

/** Where a component is in its blocks. */
interface Progress {
  readonly component: Component;
  readonly encoder: BlockEncoder;
  readonly dc: HuffmanCodes;
  readonly ac: HuffmanCodes;
  /** Last DC coefficient that was read, and that was written. */
  read: number;
  written: number;
}

/**
 * A JPEG in which the blocks that a patch touches are encoded anew, with the file's own quantisation and sampling, and
 * all others are copied coefficient by coefficient: what they decode to cannot change. Only the Huffman codes differ.
 * @param lead segments between the start of the file and its tables
 * @param check called now and then; what it throws ends the work
 * @throws UncopyableJpeg for damaged data
 */
export function copyBlocks(
  bytes: Uint8Array,
  jpeg: BaselineJpeg,
  {
    patch,
    lead,
    check = () => {},
  }: { readonly patch: Patch; readonly lead: readonly Uint8Array[]; readonly check?: () => void },
): Uint8Array {
  const reader = new BitReader(bytes, jpeg.dataFrom);
  const writer = new BitWriter(Math.ceil(bytes.length * 1.1) + 65_536);
  const components = jpeg.components.map((component, index): Progress => {
    const kind = index === 0 ? 0 : 1;
    const encoder = new BlockEncoder(component, index, patch);
    return { component, encoder, dc: codesOf(TYPICAL.dc[kind]), ac: codesOf(TYPICAL.ac[kind]), read: 0, written: 0 };
  });
  const unitsAcross = Math.ceil(jpeg.width / jpeg.unitWidth);
  const units = unitsAcross * Math.ceil(jpeg.height / jpeg.unitHeight);
  const blocks = jpeg.components.reduce((sum, { across, down }) => sum + across * down, 0);
  for (let unit = 0; unit < units; unit++) {
    if (unit % UNITS_AT_ONCE === 0) check();
    if (jpeg.restartInterval > 0 && unit > 0 && unit % jpeg.restartInterval === 0) {
      reader.restart();
      writer.endWith(0xd0 + ((unit / jpeg.restartInterval - 1) & 7));
      for (const progress of components) progress.read = progress.written = 0;
    }
    writer.reserve(blocks * MOST_BLOCK_BYTES);
    const [column, row] = [unit % unitsAcross, Math.floor(unit / unitsAcross)];
    if (column === 0) moveTo(row * jpeg.unitHeight, { jpeg, patch, components });
    for (const progress of components) {
      const { across, down } = progress.component;
      for (let y = 0; y < down; y++) {
        for (let x = 0; x < across; x++) passBlock(progress, { reader, writer }, column * across + x, row * down + y);
      }
    }
  }
  writer.reserve(16);
  writer.endWith(0xd9);
  const headers = jpeg.headers.map(({ from, to }) => bytes.subarray(from, to));
  return Buffer.concat([
    Uint8Array.of(255, 216),
    ...lead,
    ...headers,
    typicalTablesSegment(),
    scanHeader(bytes, jpeg),
    writer.bytes(),
  ]);
}

/** Gives the encoders the rows of the patch that are in a row of units, if any are. */
function moveTo(
  y: number,
  { jpeg, patch, components }: { jpeg: BaselineJpeg; patch: Patch; components: readonly Progress[] },
): void {
  const top = y - patch.box.top;
  const bottom = Math.min(top + jpeg.unitHeight, patch.box.bottom - patch.box.top);
  if (top < 0 || top >= bottom) return;
  const rows = patch.rows(top, bottom);
  for (const { encoder } of components) encoder.move(rows, top);
}

interface Streams {
  readonly reader: BitReader;
  readonly writer: BitWriter;
}

function passBlock(progress: Progress, { reader, writer }: Streams, column: number, row: number): void {
  const { component, encoder } = progress;
  const size = reader.symbol(component.dc);
  if (size > 11) throw new UncopyableJpeg('a coefficient out of range');
  progress.read += signed(reader.take(size), size);
  if (encoder.touches(column, row)) {
    skipCoefficients(reader, component.ac);
    encoder.encode(column, row);
    writeBlock(progress, encoder.coefficients, writer);
    return;
  }
  putValue(writer, progress.dc, { symbol: 0, value: progress.read - progress.written });
  progress.written = progress.read;
  const { code, length } = progress.ac;
  for (let place = 1; place < 64;) {
    const symbol = reader.symbol(component.ac);
    const bits = symbol & 15;
    const codeLength = length[symbol] ?? 0;
    if (codeLength === 0) throw new UncopyableJpeg('a symbol that no baseline file has');
    writer.put(code[symbol] ?? 0, codeLength);
    if (bits > 0) writer.put(reader.take(bits), bits);
    else if (symbol !== ZEROS) break;
    place += (symbol >> 4) + 1;
  }
}

function skipCoefficients(reader: BitReader, table: Uint16Array): void {
  for (let place = 1; place < 64;) {
    const symbol = reader.symbol(table);
    const bits = symbol & 15;
    if (bits > 0) reader.take(bits);
    else if (symbol !== ZEROS) break;
    place += (symbol >> 4) + 1;
  }
}

function writeBlock(progress: Progress, coefficients: Int16Array, writer: BitWriter): void {
  const first = coefficients[0] ?? 0;
  putValue(writer, progress.dc, { symbol: 0, value: first - progress.written });
  progress.written = first;
  const { code, length } = progress.ac;
  let run = 0;
  for (let place = 1; place < 64; place++) {
    const value = coefficients[place] ?? 0;
    if (value === 0) {
      run++;
      continue;
    }
    for (; run > 15; run -= 16) writer.put(code[ZEROS] ?? 0, length[ZEROS] ?? 0);
    putValue(writer, progress.ac, { symbol: run << 4, value });
    run = 0;
  }
  if (run > 0) writer.put(code[0] ?? 0, length[0] ?? 0);
}

/** Writes the code of a symbol with the size of a value, then the value (ITU-T T.81, F.1.2). */
function putValue(
  writer: BitWriter,
  { code, length }: HuffmanCodes,
  { symbol, value }: { readonly symbol: number; readonly value: number },
): void {
  const size = 32 - Math.clz32(Math.abs(value));
  const full = symbol | size;
  const codeLength = length[full] ?? 0;
  if (codeLength === 0) throw new UncopyableJpeg('a coefficient out of range');
  writer.put(code[full] ?? 0, codeLength);
  if (size > 0) writer.put(value < 0 ? value + (1 << size) - 1 : value, size);
}

/** The value that `size` bits mean. */
function signed(bits: number, size: number): number {
  return size > 0 && bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
}

/** The header of the scan, with the numbers of the typical tables. */
function scanHeader(bytes: Uint8Array, { scan, dataFrom, components }: BaselineJpeg): Uint8Array {
  // A copy: a Buffer's own slice would share the memory of the source.
  const header = Uint8Array.from(bytes.subarray(scan.from, dataFrom));
  components.forEach((_, index) => {
    header[6 + 2 * index] = index === 0 ? 0x00 : 0x11;
  });
  return header;
}
