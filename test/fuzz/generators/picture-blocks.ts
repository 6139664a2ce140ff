import { crc32 } from 'node:zlib';
import fc from 'fast-check';

/** Numbers of a directory of EXIF: its own offset, so that it leads back to itself, and values out of the file. */
const offset = fc.constantFrom(0, 4, 8, 14, 0x1000, 0x7fffffff, 0xffffffff);
const entry = fc.tuple(
  // Orientation, make, the directories of EXIF and GPS, thumbnail, and any.
  fc.constantFrom(0x0112, 0x010f, 0x8769, 0x8825, 0x0201, 0x0202, 0x9286, 0xffff),
  fc.nat(20),
  fc.constantFrom(0, 1, 2, 1000, 0x7fffffff, 0xffffffff),
  offset,
);

/** A TIFF of EXIF whose directories lead anywhere. */
const exif = fc
  .tuple(fc.boolean(), offset, fc.array(entry, { maxLength: 5 }), offset)
  .map(([isBig, first, entries, next]) => {
    const bytes = Buffer.alloc(14 + entries.length * 12);
    const write16 = (value: number, at: number) =>
      void (isBig ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at));
    const write32 = (value: number, at: number) =>
      void (isBig ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at));
    bytes.write(isBig ? 'MM' : 'II', 'latin1');
    write16(42, 2);
    write32(first, 4);
    write16(entries.length, 8);
    for (const [index, [tag, type, count, value]] of entries.entries()) {
      const at = 10 + index * 12;
      write16(tag, at);
      write16(type, at + 2);
      write32(count, at + 4);
      write32(value, at + 8);
    }
    write32(next, 10 + entries.length * 12);
    return bytes;
  });
const XMP = [
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF/></x:xmpmeta>',
  '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
  `${'<a>'.repeat(5_000)}`,
  '<a b="'.padEnd(20_000, ' '),
];
const content = fc.oneof(
  exif,
  exif.map((bytes) => Buffer.concat([Buffer.from('Exif\0\0'), bytes])),
  fc.constantFrom(...XMP).map((text) => Buffer.from(text)),
  fc.constantFrom(...XMP).map((text) => Buffer.from(`http://ns.adobe.com/xap/1.0/\0${text}`)),
  fc
    .uint8Array({ maxLength: 60 })
    .map((bytes) => Buffer.concat([Buffer.from('ICC_PROFILE\0\u0001\u0001', 'latin1'), bytes])),
  fc
    .uint8Array({ maxLength: 60 })
    .map((bytes) => Buffer.concat([Buffer.from('Photoshop 3.0\u00008BIM', 'latin1'), bytes])),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

/** A PNG with one chunk more after its header, whole in itself. */
export const pngWithBlock = (png: Buffer) =>
  fc
    .tuple(
      fc.constantFrom('eXIf', 'iTXt', 'zTXt', 'tEXt', 'iCCP', 'PLTE', 'tRNS', 'acTL', 'IHDR', 'gAMA', 'xxxx'),
      content,
    )
    .map(([type, data]) => {
      const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
      const frame = Buffer.alloc(8);
      frame.writeUInt32BE(data.length, 0);
      frame.writeUInt32BE(crc32(body), 4);
      return Buffer.concat([png.subarray(0, 33), frame.subarray(0, 4), body, frame.subarray(4), png.subarray(33)]);
    });

/** A JPEG with one segment more at its beginning. */
export const jpegWithBlock = (jpeg: Buffer) =>
  fc.tuple(fc.constantFrom(0xe0, 0xe1, 0xe2, 0xed, 0xee, 0xfe, 0xc0, 0xdd, 0xdb), content).map(([marker, data]) => {
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(Math.min(0xffff, data.length + 2), 2);
    return Buffer.concat([jpeg.subarray(0, 2), head, data.subarray(0, 0xfffd), jpeg.subarray(2)]);
  });

/** A WebP with one chunk more at its end. */
export const webpWithBlock = (webp: Buffer) =>
  fc
    .tuple(fc.constantFrom('EXIF', 'XMP ', 'ICCP', 'ALPH', 'ANIM', 'ANMF', 'VP8X', 'xxxx'), content)
    .map(([type, data]) => {
      const size = Buffer.alloc(4);
      size.writeUInt32LE(data.length);
      const padding = Buffer.alloc(data.length % 2);
      const file = Buffer.concat([webp, Buffer.from(type, 'latin1'), size, data, padding]);
      file.writeUInt32LE(file.length - 8, 4);
      return file;
    });
