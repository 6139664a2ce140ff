import { readBytes } from '../../formats/bytes.ts';
import { jpegSegments, type JpegSegment } from '../../formats/jpeg.ts';
import { decodingTable } from './tables.ts';

/** One colour component of a frame. */
export interface Component {
  readonly id: number;
  /** Blocks of this component in a unit, across and down. */
  readonly across: number;
  readonly down: number;
  /** Pixels of the picture for each sample. */
  readonly stepX: number;
  readonly stepY: number;
  /** Quantisation steps in zigzag order. */
  readonly quantisation: Uint16Array;
  /** Decoding tables, as of `decodingTable`. */
  readonly dc: Uint16Array;
  readonly ac: Uint16Array;
}

/** A baseline JPEG whose blocks can be copied. "Unit" is T.81's minimum coded unit. */
export interface BaselineJpeg {
  readonly width: number;
  readonly height: number;
  /** One for grey; else Y, Cb, Cr. */
  readonly components: readonly Component[];
  /** Sides of a unit, pixels. */
  readonly unitWidth: number;
  readonly unitHeight: number;
  /** Units between two restart markers; 0 without any. */
  readonly restartInterval: number;
  /** Ranges of the file with quantisation tables, frame header and restart interval. */
  readonly headers: readonly JpegSegment[];
  /** The header of the scan, and where its data begins. */
  readonly scan: JpegSegment;
  readonly dataFrom: number;
}

const [SOF0, SOF1, DHT, EOI, SOS, DQT, DRI, APP14] = [0xc0, 0xc1, 0xc4, 0xd9, 0xda, 0xdb, 0xdd, 0xee];

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: readonly { id: number; across: number; down: number; table: number }[];
}

/** What has been read up to the scan. */
interface Tables {
  readonly quantisation: Map<number, Uint16Array>;
  readonly huffman: Map<number, Uint16Array>;
}

/**
 * Reads the headers of a JPEG whose blocks can be copied (ITU-T T.81): Huffman-coded, sequential, eight bits, grey or
 * YCbCr, all components in one scan. Undefined for every other one, and for headers that contradict each other.
 */
export function parseBaseline(bytes: Uint8Array): BaselineJpeg | undefined {
  const reader = readBytes(bytes);
  const tables: Tables = { quantisation: new Map(), huffman: new Map() };
  const headers: JpegSegment[] = [];
  let [restartInterval, transform, hasJfif] = [0, -1, false];
  let frame: Frame | undefined;
  let scan: JpegSegment | undefined;
  for (const segment of jpegSegments(bytes)) {
    const { marker, from, to } = segment;
    // After the scan nothing but the end may follow: a second scan would refine the first.
    if (scan !== undefined) return marker === EOI ? assemble() : undefined;
    if (marker === DQT && !readQuantisation(bytes.subarray(from + 4, to), tables)) return undefined;
    if (marker === DHT && !readHuffman(bytes.subarray(from + 4, to), tables)) return undefined;
    if (marker === SOF0 || marker === SOF1) frame = readFrame(bytes.subarray(from + 4, to));
    else if (marker > SOF1 && marker <= 0xcf && marker !== DHT) return undefined;
    if (marker === DRI) restartInterval = reader.u16(from + 4, 'big');
    if (marker === DQT || marker === DRI || marker === SOF0 || marker === SOF1) headers.push(segment);
    if (marker === 0xe0 && reader.text(from + 4, 4) === 'JFIF') hasJfif = true;
    if (marker === APP14 && reader.text(from + 4, 5) === 'Adobe') transform = reader.u8(from + 15);
    if (marker === SOS) scan = segment;
  }
  return undefined;

  function assemble(): BaselineJpeg | undefined {
    if (frame === undefined || scan === undefined) return undefined;
    const components = readScan(bytes.subarray(scan.from + 4, scan.to), frame, tables);
    if (components === undefined || isRgb(components, transform, hasJfif)) return undefined;
    const [first = components[0]] = components;
    const unitWidth = 8 * Math.max(...components.map(({ across, stepX }) => across * stepX));
    const unitHeight = 8 * Math.max(...components.map(({ down, stepY }) => down * stepY));
    const dataFrom = scan.from + 2 + reader.u16(scan.from + 2, 'big');
    if (first === undefined) return undefined;
    const { width, height } = frame;
    return { width, height, components, unitWidth, unitHeight, restartInterval, headers, scan, dataFrom };
  }
}

/** Whether three components are red, green and blue by the rules that decoders follow. */
function isRgb(components: readonly Component[], transform: number, hasJfif: boolean): boolean {
  if (components.length === 1) return false;
  if (transform >= 0) return transform !== 1;
  return !hasJfif && components.map(({ id }) => String.fromCharCode(id)).join('') === 'RGB';
}

function readQuantisation(data: Uint8Array, { quantisation }: Tables): boolean {
  const reader = readBytes(data);
  for (let at = 0; at < data.length;) {
    const head = reader.u8(at);
    const bytesEach = head >> 4 === 0 ? 1 : 2;
    const steps = Uint16Array.from({ length: 64 }, (_, index) =>
      bytesEach === 1 ? reader.u8(at + 1 + index) : reader.u16(at + 1 + 2 * index, 'big'),
    );
    if (steps.includes(0)) return false;
    quantisation.set(head & 15, steps);
    at += 1 + 64 * bytesEach;
  }
  return true;
}

function readHuffman(data: Uint8Array, { huffman }: Tables): boolean {
  for (let at = 0; at < data.length;) {
    const counts = data.subarray(at + 1, at + 17);
    const length = counts.reduce((sum, count) => sum + count, 0);
    const table = decodingTable({ counts, symbols: data.subarray(at + 17, at + 17 + length) });
    if (table === undefined) return false;
    huffman.set(data[at] ?? 0, table);
    at += 17 + length;
  }
  return true;
}

function readFrame(data: Uint8Array): Frame | undefined {
  const reader = readBytes(data);
  const [height, width, count] = [reader.u16(1, 'big'), reader.u16(3, 'big'), reader.u8(5)];
  // A height of 0 is told after the scan.
  if (reader.u8(0) !== 8 || height === 0 || width === 0 || (count !== 1 && count !== 3)) return undefined;
  const components = Array.from({ length: count }, (_, index) => {
    const at = 6 + 3 * index;
    const sampling = reader.u8(at + 1);
    return { id: reader.u8(at), across: sampling >> 4, down: sampling & 15, table: reader.u8(at + 2) };
  });
  return { width, height, components };
}

/** The components in the order of the scan, which must be that of the frame. */
function readScan(data: Uint8Array, { components }: Frame, tables: Tables): readonly Component[] | undefined {
  const reader = readBytes(data);
  if (reader.u8(0) !== components.length) return undefined;
  const mostAcross = Math.max(...components.map(({ across }) => across));
  const mostDown = Math.max(...components.map(({ down }) => down));
  const result: Component[] = [];
  for (const [index, { id, across, down, table }] of components.entries()) {
    const numbers = reader.u8(2 + 2 * index);
    const quantisation = tables.quantisation.get(table);
    const dc = tables.huffman.get(numbers >> 4);
    const ac = tables.huffman.get(0x10 | (numbers & 15));
    if (reader.u8(1 + 2 * index) !== id || !quantisation || !dc || !ac) return undefined;
    // A component alone is coded block by block, whatever its sampling says.
    const alone = components.length === 1;
    const [stepX, stepY] = alone ? [1, 1] : [mostAcross / across, mostDown / down];
    if (!Number.isInteger(stepX) || !Number.isInteger(stepY)) return undefined;
    const blocks = alone ? { across: 1, down: 1 } : { across, down };
    result.push({ id, ...blocks, stepX, stepY, quantisation, dc, ac });
  }
  return result;
}
