/** Thrown for coded data that is damaged, or that has symbols which no baseline file has. Its blocks cannot be copied. */
export class UncopyableJpeg extends Error {
  override readonly name = 'UncopyableJpeg';
}

/** Bytes beyond the end of the data that a reader may take up ahead of need. */
const MOST_AHEAD = 4;

/** Reads entropy-coded data bit by bit. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  /** The last `#count` bits of it are not yet read. */
  #bits = 0;
  #count = 0;
  #beyond = 0;

  constructor(bytes: Uint8Array, from: number) {
    this.#bytes = bytes;
    this.#at = from;
  }

  /** The next symbol by a table of `decodingTable`. @throws UncopyableJpeg where no code fits */
  symbol(table: Uint16Array): number {
    if (this.#count < 16) this.#fill();
    const entry = table[(this.#bits >>> (this.#count - 16)) & 0xffff] ?? 0;
    if (entry === 0) throw new UncopyableJpeg('a code that no table has');
    this.#count -= entry >> 8;
    return entry & 255;
  }

  /** The next `count` bits, at most 16. */
  take(count: number): number {
    if (count === 0) return 0;
    if (this.#count < count) this.#fill();
    this.#count -= count;
    return (this.#bits >>> this.#count) & ((1 << count) - 1);
  }

  /** Drops what is left before a restart marker and moves behind it. @throws UncopyableJpeg where none follows */
  restart(): void {
    const bytes = this.#bytes;
    this.#bits = 0;
    this.#count = 0;
    this.#beyond = 0;
    // Bytes that were taken up ahead of need are at most padding, so that the marker is here or behind fill bytes.
    while (bytes[this.#at] === 0xff && bytes[this.#at + 1] === 0xff) this.#at++;
    const marker = bytes[this.#at + 1] ?? 0;
    if (bytes[this.#at] !== 0xff || marker < 0xd0 || marker > 0xd7) throw new UncopyableJpeg('no restart marker');
    this.#at += 2;
  }

  #fill(): void {
    const bytes = this.#bytes;
    while (this.#count <= 16) {
      let byte = bytes[this.#at] ?? 0;
      if (byte !== 0xff) this.#at++;
      else if (bytes[this.#at + 1] === 0) this.#at += 2;
      else {
        // A marker ends the data; what is asked for beyond is zeros.
        byte = 0;
        this.#beyond++;
        if (this.#beyond > MOST_AHEAD) throw new UncopyableJpeg('the data ends early');
      }
      this.#bits = ((this.#bits << 8) | byte) & 0xffffff;
      this.#count += 8;
    }
  }
}
