/** Reads numbers from foreign bytes. Beyond their end everything is 0, so that no parser needs to check lengths. */
export interface ByteReader {
  readonly length: number;
  u8(at: number): number;
  u16(at: number, order: ByteOrder): number;
  u24(at: number, order: ByteOrder): number;
  u32(at: number, order: ByteOrder): number;
  /** At most `length` bytes as Latin-1 text. */
  text(at: number, length: number): string;
}

export type ByteOrder = 'big' | 'little';

/** A reader of `bytes`, which are not copied. */
export function readBytes(bytes: Uint8Array): ByteReader {
  const u8 = (at: number) => bytes[at] ?? 0;
  const number = (at: number, size: number, order: ByteOrder) => {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + u8(order === 'big' ? at + i : at + size - 1 - i);
    return value;
  };
  return {
    length: bytes.length,
    u8,
    u16: (at, order) => number(at, 2, order),
    u24: (at, order) => number(at, 3, order),
    u32: (at, order) => number(at, 4, order),
    text: (at, length) => String.fromCharCode(...bytes.subarray(at, at + length)),
  };
}
