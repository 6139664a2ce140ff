/**
 * Reads a FlatBuffer by positions (https://flatbuffers.dev/internals): all numbers are little-endian, a table begins with
 * the distance back to its list of fields, and what has no fixed size is referred to by its distance from the reference.
 */
export class FlatBuffer {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Position of the outermost table. */
  get root(): number {
    return this.#follow(0);
  }

  /** A field of a table that holds one number, or `otherwise` where the table leaves it out. */
  number(table: number, field: number, type: 'byte' | 'int' | 'unsigned', otherwise = 0): number {
    const at = this.#field(table, field);
    if (at === undefined) return otherwise;
    if (type === 'byte') return this.#view.getInt8(at);
    return type === 'int' ? this.#view.getInt32(at, true) : this.#view.getUint32(at, true);
  }

  /** Position of the table that a field refers to. */
  table(table: number, field: number): number | undefined {
    const at = this.#field(table, field);
    return at === undefined ? undefined : this.#follow(at);
  }

  /** Positions of the tables that a field lists. */
  tables(table: number, field: number): readonly number[] {
    return this.#entries(table, field).map((at) => this.#follow(at));
  }

  /** The whole numbers that a field lists. */
  numbers(table: number, field: number): readonly number[] {
    return this.#entries(table, field).map((at) => this.#view.getInt32(at, true));
  }

  /** The bytes that a field holds; none where the table leaves it out. */
  bytes(table: number, field: number): Uint8Array {
    const at = this.table(table, field);
    if (at === undefined) return new Uint8Array();
    return this.#bytes.subarray(at + 4, at + 4 + this.#view.getUint32(at, true));
  }

  /** The text that a field holds. */
  text(table: number, field: number): string {
    return new TextDecoder().decode(this.bytes(table, field));
  }

  /** Positions of the entries of a list, which have four bytes each. */
  #entries(table: number, field: number): readonly number[] {
    const list = this.table(table, field);
    if (list === undefined) return [];
    return Array.from({ length: this.#view.getUint32(list, true) }, (_, i) => list + 4 + i * 4);
  }

  #field(table: number, field: number): number | undefined {
    const fields = table - this.#view.getInt32(table, true);
    const entry = 4 + field * 2;
    if (entry >= this.#view.getUint16(fields, true)) return undefined;
    const offset = this.#view.getUint16(fields + entry, true);
    return offset === 0 ? undefined : table + offset;
  }

  #follow(at: number): number {
    return at + this.#view.getUint32(at, true);
  }
}
