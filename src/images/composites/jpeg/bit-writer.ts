/** Writes entropy-coded data bit by bit, with a zero after each 0xff. */
export class BitWriter {
  #bytes: Uint8Array;
  #length = 0;
  #bits = 0;
  #count = 0;

  /** @param capacity bytes that are expected; more is possible */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Makes room for so many bytes, before as many are put. */
  reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.ceil(this.#bytes.length * 1.5) + bytes);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  /** Writes the lowest `count` bits of a value, at most 16. */
  put(value: number, count: number): void {
    this.#bits = (this.#bits << count) | value;
    this.#count += count;
    while (this.#count >= 8) {
      this.#count -= 8;
      const byte = (this.#bits >>> this.#count) & 255;
      this.#bytes[this.#length++] = byte;
      if (byte === 255) this.#bytes[this.#length++] = 0;
    }
    this.#bits &= (1 << this.#count) - 1;
  }

  /** Fills the last byte with ones, and writes a marker. */
  endWith(marker: number): void {
    if (this.#count > 0) this.put((1 << (8 - this.#count)) - 1, 8 - this.#count);
    this.#bytes[this.#length++] = 0xff;
    this.#bytes[this.#length++] = marker;
  }

  /** What was written. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
