import { BitReader } from '../../../src/images/composites/jpeg/bit-reader.ts';
import { BitWriter } from '../../../src/images/composites/jpeg/bit-writer.ts';
import { parseBaseline, type BaselineJpeg } from '../../../src/images/composites/jpeg/parse-baseline.ts';
import { jpegSegments } from '../../../src/images/formats/jpeg.ts';

/** A block with its coefficients in coded order, and the cells of 8 by 8 pixels below it. */
export interface Block {
  readonly coefficients: readonly number[];
  readonly cells: readonly { readonly x: number; readonly y: number }[];
}

/** Every block of a baseline JPEG in coded order. */
export function coefficientsOf(bytes: Uint8Array, jpeg: BaselineJpeg): readonly Block[] {
  const reader = new BitReader(bytes, jpeg.dataFrom);
  const predicted = jpeg.components.map(() => 0);
  const across = Math.ceil(jpeg.width / jpeg.unitWidth);
  const units = across * Math.ceil(jpeg.height / jpeg.unitHeight);
  const value = (size: number) => {
    const bits = reader.take(size);
    return size > 0 && bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
  };
  const blocks: Block[] = [];
  for (let unit = 0; unit < units; unit++) {
    if (jpeg.restartInterval > 0 && unit > 0 && unit % jpeg.restartInterval === 0) {
      reader.restart();
      predicted.fill(0);
    }
    jpeg.components.forEach((component, index) => {
      for (let block = 0; block < component.across * component.down; block++) {
        const coefficients = Array.from({ length: 64 }, () => 0);
        predicted[index]! += value(reader.symbol(component.dc));
        coefficients[0] = predicted[index]!;
        for (let place = 1; place < 64; place++) {
          const symbol = reader.symbol(component.ac);
          if (symbol === 0) break;
          place += symbol >> 4;
          if ((symbol & 15) > 0) coefficients[place] = value(symbol & 15);
        }
        const column = (unit % across) * component.across + (block % component.across);
        const row = Math.floor(unit / across) * component.down + Math.floor(block / component.across);
        const { stepX, stepY } = component;
        const cells = Array.from({ length: stepX * stepY }, (_, cell) => ({
          x: column * stepX + (cell % stepX),
          y: row * stepY + Math.floor(cell / stepX),
        }));
        blocks.push({ coefficients, cells });
      }
    });
  }
  return blocks;
}

/** The same picture with a restart marker after every `interval` units, which sharp does not write. */
export function withRestarts(bytes: Uint8Array, interval: number): Uint8Array {
  const jpeg = parseBaseline(bytes)!;
  const reader = new BitReader(bytes, jpeg.dataFrom);
  const writer = new BitWriter(bytes.length * 4 + 65_536);
  const tables = new Map<Uint16Array, Map<number, { code: number; length: number }>>();
  const codeOf = (table: Uint16Array, symbol: number) => {
    const codes = tables.get(table) ?? new Map<number, { code: number; length: number }>();
    if (!tables.has(table)) {
      tables.set(table, codes);
      table.forEach((entry, prefix) => {
        const length = entry >> 8;
        if (length > 0 && !codes.has(entry & 255)) codes.set(entry & 255, { code: prefix >> (16 - length), length });
      });
    }
    return codes.get(symbol);
  };
  const put = (table: Uint16Array, symbol: number) => {
    const found = codeOf(table, symbol);
    if (found === undefined) throw new Error('the table has no code for this difference');
    writer.put(found.code, found.length);
  };
  const units = Math.ceil(jpeg.width / jpeg.unitWidth) * Math.ceil(jpeg.height / jpeg.unitHeight);
  const [read, written] = [jpeg.components.map(() => 0), jpeg.components.map(() => 0)];
  try {
    for (let unit = 0; unit < units; unit++) {
      if (unit > 0 && unit % interval === 0) {
        writer.endWith(0xd0 + ((unit / interval - 1) & 7));
        written.fill(0);
      }
      jpeg.components.forEach((component, index) => {
        for (let block = 0; block < component.across * component.down; block++) {
          const size = reader.symbol(component.dc);
          const bits = reader.take(size);
          read[index]! += size > 0 && bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
          const difference = read[index]! - written[index]!;
          written[index] = read[index]!;
          const length = 32 - Math.clz32(Math.abs(difference));
          put(component.dc, length);
          if (length > 0) writer.put(difference < 0 ? difference + (1 << length) - 1 : difference, length);
          for (let place = 1; place < 64;) {
            const symbol = reader.symbol(component.ac);
            put(component.ac, symbol);
            if ((symbol & 15) > 0) writer.put(reader.take(symbol & 15), symbol & 15);
            else if (symbol !== 0xf0) break;
            place += (symbol >> 4) + 1;
          }
        }
      });
    }
  } catch {
    // An optimised table may lack a code that restarts need: the picture stays as it is.
    return bytes;
  }
  writer.endWith(0xd9);
  const parts = Array.from(jpegSegments(bytes)).filter(({ marker }) => marker !== 0xd9 && marker !== 0xda);
  const interval16 = Uint8Array.of(0xff, 0xdd, 0, 4, interval >> 8, interval & 255);
  const head = bytes.subarray(jpeg.scan.from, jpeg.dataFrom);
  return Buffer.concat([...parts.map(({ from, to }) => bytes.subarray(from, to)), interval16, head, writer.bytes()]);
}
