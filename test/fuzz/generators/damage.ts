import fc from 'fast-check';

/** One change of bytes at a place, which is a part of their length. */
type Change = { readonly at: number; readonly how: (bytes: Buffer, at: number) => Buffer };

/** Numbers that lengths, counts and offsets of files go wrong with. */
const NUMBERS = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];

const place = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  // Most of what is read before the pixels.
  fc.double({ min: 0, max: 0.05, noNaN: true }),
);
const spliced = (bytes: Buffer, at: number, gone: number, added: Uint8Array) =>
  Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + gone)]);
const how = fc.oneof(
  fc.nat(255).map((value) => (bytes: Buffer, at: number) => spliced(bytes, at, 1, Buffer.from([value]))),
  fc.tuple(fc.constantFrom(...NUMBERS), fc.constantFrom(2, 4), fc.boolean()).map(([number, width, isBig]) => {
    const field = Buffer.alloc(4);
    if (isBig) field.writeUInt32BE(width === 2 ? (number & 0xffff) * 0x10000 : number);
    else field.writeUInt32LE(number);
    return (bytes: Buffer, at: number) => spliced(bytes, at, width, field.subarray(0, width));
  }),
  fc.uint8Array({ maxLength: 40 }).map((added) => (bytes: Buffer, at: number) => spliced(bytes, at, 0, added)),
  fc.nat(200).map((length) => (bytes: Buffer, at: number) => spliced(bytes, at, length, Buffer.alloc(0))),
  // A piece that is there twice.
  fc.nat(400).map((length) => (bytes: Buffer, at: number) => spliced(bytes, at, 0, bytes.subarray(at, at + length))),
  fc.constant((bytes: Buffer, at: number) => bytes.subarray(0, at)),
);
const change: fc.Arbitrary<Change> = fc.record({ at: place, how });

/** Bytes after some changes: single bytes, numbers at the edges, pieces that are added, missing or there twice, an early end. */
export function damaged(whole: fc.Arbitrary<Buffer>, mostChanges = 5): fc.Arbitrary<Buffer> {
  return fc
    .tuple(whole, fc.array(change, { maxLength: mostChanges }))
    .map(([bytes, changes]) =>
      changes.reduce((changed, { at, how: apply }) => apply(changed, Math.floor(at * changed.length)), bytes),
    );
}
