import type { Size } from '../size.ts';
import type { ByteFeed } from './byte-feed.ts';
import { fourLetters } from './four-letters.ts';
import { BROKEN, CUT_OFF, NO_SIZE, type Scan } from './scan.ts';

/** Boxes that are walked into (ISO/IEC 14496-12), at most as deep as `stbl` is. All others are passed over. */
const CONTAINERS: ReadonlySet<number> = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl'].map(fourLetters));
const [MOOV, TRAK, MDAT] = [fourLetters('moov'), fourLetters('trak'), fourLetters('mdat')];
const [MVHD, TKHD, HDLR, STSD] = ['mvhd', 'tkhd', 'hdlr', 'stsd'].map(fourLetters);
const MOST_DEPTH = 5;
const WITH_FACTS: ReadonlySet<number> = new Set(['mvhd', 'tkhd', 'hdlr', 'stsd'].map(fourLetters));
const VIDEO = fourLetters('vide');

/** Bytes of `ftyp` in which brands are looked for. */
export const FTYP_BYTES = 64;
const BRAND = /^(iso[m0-9a-z]|mp4[12]|mp71|avc1|M4V.|MSNV|dash|f4v )$/;
/** Brands of pictures in the same container: HEIC, AVIF, JPEG XS and their sequences. */
const PICTURE_BRAND = /^(mif1|msf1|miaf|hei[cxms]|hev[cxms]|avi[fs]|jxs[icf]|jpeg|jpgs)$/;

/** Whether the first `FTYP_BYTES` bytes are those of an MP4: its own brand, or one that it says it is compatible with. */
export function isMp4(feed: ByteFeed): boolean {
  if (feed.text(4, 4) !== 'ftyp') return false;
  const end = Math.min(feed.u32(0, 'big'), FTYP_BYTES);
  const brands = [8, ...range(16, end - 4)].map((at) => feed.text(at, 4));
  return !PICTURE_BRAND.test(brands[0] ?? '') && brands[0] !== 'qt  ' && brands.some((brand) => BRAND.test(brand));
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, Math.floor((to - from) / 4) + 1) }, (_, i) => from + 4 * i);
}

/** Facts of the first track with a picture; each undefined or 0 until it is known. */
interface Facts {
  durationMs: number | undefined;
  /** Size of the track that is being read: as displayed (`tkhd`), and as coded (`stsd`). */
  shown: Size;
  coded: Size;
  isVideo: boolean;
  /** Size of the first video track. */
  size: Size | undefined;
}

const NOTHING: Size = { width: 0, height: 0 };

/**
 * Size and duration of an MP4 whose boxes are whole up to the end of the file, wherever `moov` is. Sample tables and
 * media data are passed over unread. A box that claims more than its parent holds is broken.
 */
export const scanMp4: Scan = function* (feed) {
  const facts: Facts = { durationMs: undefined, shown: NOTHING, coded: NOTHING, isVideo: false, size: undefined };
  let hasMovie = false;
  let hasMedia = false;
  /** Ends of the containers around the position, the innermost last. */
  const ends: number[] = [];
  for (;;) {
    while (ends.length > 0 && feed.position >= (ends.at(-1) ?? 0)) ends.pop();
    const parent = ends.at(-1) ?? Infinity;
    // Up to seven bytes, too few for a box, may follow the last one.
    if (parent - feed.position < 8) {
      feed.skip(parent - feed.position);
      continue;
    }
    if (!feed.has(8) && !(yield* feed.wait(8))) break;
    const header = feed.u32(0, 'big') === 1 ? 16 : 8;
    if (!feed.has(header) && !(yield* feed.wait(header))) return CUT_OFF;
    const type = feed.u32(4, 'big');
    const length = lengthOf(feed, header, parent);
    if (length === undefined) return BROKEN;
    if (ends.length === 0) {
      hasMovie ||= type === MOOV;
      hasMedia ||= type === MDAT;
    }
    if (CONTAINERS.has(type) && ends.length < MOST_DEPTH && ends.length > 0 !== (type === MOOV)) {
      if (type === TRAK) closeTrack(facts);
      feed.skip(header);
      ends.push(feed.position + length - header);
      continue;
    }
    if (ends.length > 0 && WITH_FACTS.has(type)) {
      const read = header + Math.min(length - header, MOST_FACTS);
      if (!(yield* feed.wait(read))) return CUT_OFF;
      readFacts(type, facts, new Body(feed, header, read));
    }
    if (length === Infinity) {
      // The last box reaches to the end of the file.
      while (yield* feed.wait(1)) feed.skipArrived();
      break;
    }
    feed.skip(length);
  }
  if (!(yield* feed.wait(0)) || ends.length > 0 || !hasMovie || !hasMedia) return CUT_OFF;
  closeTrack(facts);
  const { size, durationMs } = facts;
  return size === undefined ? NO_SIZE : { ...size, orientation: 1, durationMs };
};

/**
 * Length of the box at the position, whose header has arrived. Infinity for one that reaches to the end of the file;
 * undefined for one that does not fit into its parent.
 */
function lengthOf(feed: ByteFeed, header: number, parent: number): number | undefined {
  const length = header === 16 ? feed.u64(8) : feed.u32(0, 'big');
  // A length of 0 is for the last box of a file alone.
  if (length === 0 && header === 8 && parent === Infinity) return Infinity;
  return length < header || feed.position + length > parent ? undefined : length;
}

/** Bytes of a box that hold its facts: the largest is `stsd`, up to the size in its first entry. */
const MOST_FACTS = 112;

/** The beginning of a box's content. Numbers beyond the box are 0. */
class Body {
  readonly #feed: ByteFeed;
  readonly #from: number;
  readonly #to: number;

  constructor(feed: ByteFeed, from: number, to: number) {
    this.#feed = feed;
    this.#from = from;
    this.#to = to;
  }

  u16(at: number): number {
    return this.#fits(at, 2) ? this.#feed.u16(this.#from + at, 'big') : 0;
  }

  u32(at: number): number {
    return this.#fits(at, 4) ? this.#feed.u32(this.#from + at, 'big') : 0;
  }

  u64(at: number): number {
    return this.#fits(at, 8) ? this.#feed.u64(this.#from + at) : 0;
  }

  #fits(at: number, length: number): boolean {
    return this.#from + at + length <= this.#to;
  }
}

function readFacts(type: number, facts: Facts, body: Body): void {
  const isLong = body.u32(0) >>> 24 === 1;
  switch (type) {
    case MVHD: {
      const timescale = body.u32(isLong ? 20 : 12);
      const duration = isLong ? body.u64(24) : body.u32(16);
      // All bits set say that the duration is unknown; 0 that the fragments have it.
      const isKnown = timescale > 0 && duration > 0 && duration < (isLong ? 2 ** 63 : 0xffff_ffff);
      const ms = Math.round((duration / timescale) * 1000);
      if (isKnown && Number.isSafeInteger(ms)) facts.durationMs ??= ms;
      return;
    }
    case TKHD: {
      const at = isLong ? 88 : 76;
      // 16.16 fixed point; a matrix without a and d turns the picture by a quarter.
      const [width, height] = [body.u32(at) >>> 16, body.u32(at + 4) >>> 16];
      const isTurned = body.u32(at - 36) === 0 && body.u32(at - 20) === 0 && body.u32(at - 32) !== 0;
      facts.shown = isTurned ? { width: height, height: width } : { width, height };
      return;
    }
    case HDLR:
      facts.isVideo ||= body.u32(8) === VIDEO;
      return;
    case STSD:
      facts.coded = { width: body.u16(40), height: body.u16(42) };
  }
}

/** Takes the size of the track that ends, if it is the first one with a picture, and begins with the next. */
function closeTrack(facts: Facts): void {
  const { shown, coded } = facts;
  const size = shown.width > 0 && shown.height > 0 ? shown : coded;
  if (facts.isVideo && size.width > 0 && size.height > 0) facts.size ??= size;
  Object.assign(facts, { shown: NOTHING, coded: NOTHING, isVideo: false });
}
