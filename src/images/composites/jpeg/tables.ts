/** A Huffman table as a file holds it: number of codes of each length 1 to 16, and the symbols in the order of codes. */
export interface HuffmanSpec {
  readonly counts: Uint8Array;
  readonly symbols: Uint8Array;
}

/** Codes by symbol. A length of 0 means that the table has no code for the symbol. */
export interface HuffmanCodes {
  readonly code: Uint16Array;
  readonly length: Uint8Array;
}

/** Order in which the coefficients of a block are coded: index in rows of eight, by place (ITU-T T.81, figure 5). */
export const ZIGZAG: Uint8Array = Uint8Array.from(zigzag());

function* zigzag(): Generator<number> {
  for (let diagonal = 0; diagonal < 15; diagonal++) {
    for (let step = 0; step <= diagonal; step++) {
      const row = diagonal % 2 === 0 ? diagonal - step : step;
      if (row < 8 && diagonal - row < 8) yield row * 8 + diagonal - row;
    }
  }
}

/**
 * For each 16 bits that a code may begin with: its length times 256 plus its symbol; 0 where no code begins so.
 * @returns undefined for a table with more codes than there are
 */
export function decodingTable({ counts, symbols }: HuffmanSpec): Uint16Array | undefined {
  const table = new Uint16Array(1 << 16);
  let [code, next] = [0, 0];
  for (let length = 1; length <= 16; length++) {
    for (let left = counts[length - 1] ?? 0; left > 0; left--) {
      const from = code << (16 - length);
      if (from >= table.length) return undefined;
      table.fill((length << 8) | (symbols[next++] ?? 0), from, from + (1 << (16 - length)));
      code++;
    }
    code <<= 1;
  }
  return table;
}

/** The codes of a table (ITU-T T.81, annex C). */
export function codesOf({ counts, symbols }: HuffmanSpec): HuffmanCodes {
  const codes = { code: new Uint16Array(256), length: new Uint8Array(256) };
  let [code, next] = [0, 0];
  for (let length = 1; length <= 16; length++) {
    for (let left = counts[length - 1] ?? 0; left > 0; left--) {
      const symbol = symbols[next++] ?? 0;
      codes.code[symbol] = code++;
      codes.length[symbol] = length;
    }
    code <<= 1;
  }
  return codes;
}

/** A table from its lengths and the symbols of its shorter codes: every other symbol follows in order. */
function typical(counts: readonly number[], shorter: string, all: Iterable<number>): HuffmanSpec {
  const first = Buffer.from(shorter, 'hex');
  return { counts: Uint8Array.from(counts), symbols: Uint8Array.from(new Set([...first, ...all])) };
}

const CATEGORIES = Array.from({ length: 12 }, (_, category) => category);
/** Runs of 0 to 15 zeros, each before a value of 1 to 10 bits. */
const RUNS = Array.from({ length: 160 }, (_, index) => (Math.floor(index / 10) << 4) | ((index % 10) + 1));

/** Typical tables of ITU-T T.81, annex K.3. They have a code for every symbol that a baseline file may need. */
export const TYPICAL: Readonly<Record<'dc' | 'ac', readonly [luminance: HuffmanSpec, chrominance: HuffmanSpec]>> = {
  dc: [
    typical([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], '', CATEGORIES),
    typical([0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], '', CATEGORIES),
  ],
  ac: [
    typical(
      [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125],
      '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282',
      RUNS,
    ),
    typical(
      [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119],
      '0001020311040521310612415107617113223281081442' + '91a1b1c109233352f0156272d10a162434e125f1',
      RUNS,
    ),
  ],
};

/** A segment that defines the typical tables: luminance as table 0, chrominance as table 1. */
export function typicalTablesSegment(): Uint8Array {
  const tables = (
    [
      ['dc', 0x00],
      ['ac', 0x10],
    ] as const
  ).flatMap(([kind, number]) =>
    TYPICAL[kind].flatMap(({ counts, symbols }, index) => [number + index, ...counts, ...symbols]),
  );
  const length = tables.length + 2;
  return Uint8Array.from([0xff, 0xc4, length >> 8, length & 255, ...tables]);
}
