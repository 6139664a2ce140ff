/** A box of an MP4 (ISO/IEC 14496-12): its length, four letters, content. */
export function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(8 + body.length), Buffer.from(type, 'latin1'), body]);
}

/** A box with a length of 64 bits, which may be another one than its own. */
export function longBox(type: string, content: Uint8Array, length: number | bigint = 16 + content.length): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(length));
  return Buffer.concat([u32(1), Buffer.from(type, 'latin1'), size, content]);
}

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * index);
  return bytes;
}

export interface VideoFacts {
  readonly width?: number;
  readonly height?: number;
  readonly durationMs?: number;
  /** Whether the movie is turned by a quarter when it is shown. */
  readonly turned?: boolean;
  /** Bytes of media data. */
  readonly data?: number;
  readonly brand?: string;
  /** `mvhd` and `tkhd` with times of 64 bits. */
  readonly long?: boolean;
}

export const ftyp = (brand = 'isom', ...others: readonly string[]) =>
  box('ftyp', Buffer.from(brand, 'latin1'), u32(512), ...others.map((other) => Buffer.from(other, 'latin1')));

/** Facts of the whole movie, and a track of sound before that of the picture. */
export function moov({ width = 320, height = 180, durationMs = 5_000, turned = false, long = false }: VideoFacts = {}) {
  const [version, times] = long ? [u32(1 << 24), u32(0, 0, 0, 0)] : [u32(0), u32(0, 0)];
  const duration = long ? u32(0, durationMs) : u32(durationMs);
  const mvhd = box('mvhd', version, times, u32(1_000), duration, Buffer.alloc(80));
  return box(
    'moov',
    mvhd,
    track('soun', u32(0, 0)),
    box('udta', Buffer.alloc(20)),
    track('vide', u32(width << 16, height << 16)),
  );

  function track(handler: string, size: Buffer): Buffer {
    const matrix = turned
      ? u32(0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
      : u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
    const head = [version, times, u32(1, 0), duration, Buffer.alloc(16)];
    const tkhd = box('tkhd', ...head, matrix, size);
    const entry = box(
      'avc1',
      Buffer.alloc(24),
      Buffer.from([width >> 8, width & 255, height >> 8, height & 255]),
      Buffer.alloc(50),
    );
    const stsd = box('stsd', u32(0, 1), handler === 'vide' ? entry : box('mp4a', Buffer.alloc(28)));
    const stbl = box('stbl', stsd, box('stsz', Buffer.alloc(400)));
    const hdlr = box('hdlr', u32(0, 0), Buffer.from(handler, 'latin1'), Buffer.alloc(13));
    return box(
      'trak',
      tkhd,
      box('mdia', box('mdhd', Buffer.alloc(24)), hdlr, box('minf', box('vmhd', Buffer.alloc(12)), stbl)),
    );
  }
}

/** An MP4 of a few kilobytes whose structure is whole; its media data are no pictures. */
export function video(facts: VideoFacts = {}): Buffer {
  const { brand = 'isom', data = 3_000 } = facts;
  return Buffer.concat([ftyp(brand, 'iso2', 'mp41'), moov(facts), box('mdat', Buffer.alloc(data, 7))]);
}
