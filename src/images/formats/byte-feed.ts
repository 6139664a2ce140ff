import type { ByteOrder } from './bytes.ts';

const NONE = new Uint8Array();

/**
 * Foreign bytes that arrive in pieces, read from a position that only moves forward. Numbers and texts are read at
 * offsets from that position; beyond what has arrived everything is 0, so no parser needs to check lengths to be safe.
 * Holds the last piece and what a parser waits for, and nothing before the position.
 */
export class ByteFeed {
  /** Bytes from the beginning to the position, which may be beyond what has arrived. */
  position = 0;
  #window: Uint8Array = NONE;
  /** Bytes from the beginning to the window. */
  #windowAt = 0;
  #hasEnded = false;

  /** Appends a piece, which must not change afterwards. */
  push(piece: Uint8Array): void {
    const arrived = this.#windowAt + this.#window.length;
    const left = this.position >= arrived ? NONE : this.#window.subarray(this.position - this.#windowAt);
    this.#windowAt = arrived - left.length;
    this.#window = left.length === 0 ? piece : Buffer.concat([left, piece]);
  }

  /** Nothing follows. */
  end(): void {
    this.#hasEnded = true;
  }

  /** Whether `count` bytes from the position have arrived. */
  has(count: number): boolean {
    return this.position + count <= this.#windowAt + this.#window.length;
  }

  /** Yields until `count` bytes from the position have arrived; false where the feed ends before. */
  *wait(count: number): Generator<undefined, boolean> {
    while (!this.has(count)) {
      if (this.#hasEnded) return false;
      yield;
    }
    return true;
  }

  /** Moves the position, also beyond what has arrived. */
  skip(count: number): void {
    this.position += count;
  }

  /** Moves the position to the end of what has arrived. */
  skipArrived(): void {
    this.position = Math.max(this.position, this.#windowAt + this.#window.length);
  }

  /** Offset of the next byte of this value among those that have arrived; -1 without one. */
  find(value: number): number {
    const from = this.position - this.#windowAt;
    const at = this.#window.indexOf(value, from);
    return at < 0 ? -1 : at - from;
  }

  u8(at: number): number {
    return this.#window[this.position - this.#windowAt + at] ?? 0;
  }

  u16(at: number, order: ByteOrder): number {
    return this.#number(at, 2, order);
  }

  u24(at: number, order: ByteOrder): number {
    return this.#number(at, 3, order);
  }

  u32(at: number, order: ByteOrder): number {
    const step = order === 'big' ? 1 : -1;
    const first = order === 'big' ? at : at + 3;
    const high = this.u8(first) * 2 ** 24;
    return high + ((this.u8(first + step) << 16) | (this.u8(first + 2 * step) << 8) | this.u8(first + 3 * step));
  }

  /** A number of 64 bits, big-endian; inexact above 2 ** 53. */
  u64(at: number): number {
    return this.u32(at, 'big') * 2 ** 32 + this.u32(at + 4, 'big');
  }

  /** At most `length` bytes as Latin-1 text. */
  text(at: number, length: number): string {
    return String.fromCharCode(...this.slice(at, length));
  }

  /** At most `length` bytes, not copied. */
  slice(at: number, length: number): Uint8Array {
    const from = this.position - this.#windowAt + at;
    return this.#window.subarray(from, from + length);
  }

  #number(at: number, size: number, order: ByteOrder): number {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.u8(order === 'big' ? at + i : at + size - 1 - i);
    return value;
  }
}
