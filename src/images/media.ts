import type { ByteFeed } from './formats/byte-feed.ts';
import { scanJpeg } from './formats/jpeg.ts';
import { isMp4, scanMp4 } from './formats/mp4.ts';
import { scanPng } from './formats/png.ts';
import type { Scan } from './formats/scan.ts';
import { scanWebp } from './formats/webp.ts';
import { MOST_PIXELS, MOST_WEBP_PIXELS } from './limits.ts';
import { UNREAD, UNREAD_TYPES, type UnreadType } from './unread-media.ts';

/** A picture, or one that moves. */
export type MediaKind = 'still' | 'video';

const MIB = 1024 * 1024;

/** One type of media that is stored. */
interface Medium {
  /** What is `unread` is kept as it came, and never decoded or shown. */
  readonly kind: MediaKind | 'unread';
  /** For people. */
  readonly name: string;
  /** Ending of files, without the dot; then other endings that names may have. */
  readonly ending: string;
  readonly otherEndings: readonly string[];
  /**
   * Most bytes of a content, above every limit of an operation, so that what passed its own limit is never refused here.
   * That of stills is below what would exhaust memory, since they are read whole.
   */
  readonly mostBytes: number;
  /** Most pixels that are decoded, by the header's claim. */
  readonly mostPixels: number;
}

/** One type of media that is stored and shown. */
interface ReadMedium extends Medium {
  readonly kind: MediaKind;
  /** Whether the beginning of a feed, `HEAD_BYTES` of it or all there is, is that of this type. */
  readonly begins: (feed: ByteFeed) => boolean;
  readonly scan: Scan;
}

/** Every type that is read: the only list of formats. A type is added here, and its parser in `formats/`. */
const MEDIA = {
  'image/jpeg': {
    kind: 'still',
    name: 'JPEG',
    ending: 'jpg',
    otherEndings: ['jpeg'],
    mostBytes: 256 * MIB,
    mostPixels: MOST_PIXELS,
    begins: (feed) => feed.text(0, 3) === '\xff\xd8\xff',
    scan: scanJpeg,
  },
  'image/png': {
    kind: 'still',
    name: 'PNG',
    ending: 'png',
    otherEndings: [],
    mostBytes: 256 * MIB,
    mostPixels: MOST_PIXELS,
    begins: (feed) => feed.text(0, 8) === '\x89PNG\r\n\x1a\n',
    scan: scanPng,
  },
  'image/webp': {
    kind: 'still',
    name: 'WebP',
    ending: 'webp',
    otherEndings: [],
    mostBytes: 256 * MIB,
    mostPixels: MOST_WEBP_PIXELS,
    begins: (feed) => feed.text(0, 4) === 'RIFF' && feed.text(8, 4) === 'WEBP',
    scan: scanWebp,
  },
  'video/mp4': {
    kind: 'video',
    name: 'MP4',
    ending: 'mp4',
    otherEndings: [],
    mostBytes: 1024 * MIB,
    mostPixels: MOST_PIXELS,
    begins: isMp4,
    scan: scanMp4,
  },
} as const satisfies Readonly<Record<string, ReadMedium>>;

const UNREAD_BYTES = 1024 * MIB;

/** MIME type of what is read, recognised by content. */
export type ReadType = keyof typeof MEDIA;
/** MIME type of what can be stored. */
export type MediaType = ReadType | UnreadType;
/** MIME type of a picture that does not move. */
export type StillType = { [Type in ReadType]: (typeof MEDIA)[Type]['kind'] extends 'still' ? Type : never }[ReadType];

const isRead = (text: string): text is ReadType => Object.hasOwn(MEDIA, text);

export const MEDIA_TYPES: readonly ReadType[] = Object.keys(MEDIA).filter(isRead);
/** Types that a content of the library may have: those that are read, and those that are only kept. */
export const STORED_TYPES: readonly MediaType[] = [...MEDIA_TYPES, ...UNREAD_TYPES];
export const STILL_TYPES: readonly StillType[] = MEDIA_TYPES.filter(isStillType);

/** Most bytes of a still: what may be in memory at once. */
export const MOST_STILL_BYTES = Math.max(...STILL_TYPES.map((type) => MEDIA[type].mostBytes));

/** The facts of a type. */
export function mediumOf(type: MediaType): Medium {
  if (isRead(type)) return MEDIA[type];
  const { name, ending } = UNREAD[type];
  return { kind: 'unread', name, ending, otherEndings: [], mostBytes: UNREAD_BYTES, mostPixels: 0 };
}

/** The type that clients and browsers are told: what is not read here is nothing but bytes to them. */
export function servedType(type: MediaType): MediaType {
  return isRead(type) ? type : 'application/octet-stream';
}

/** How a type is recognised and read. */
export function readerOf(type: ReadType): Pick<ReadMedium, 'begins' | 'scan'> {
  return MEDIA[type];
}

export function isStillType(type: MediaType): type is StillType {
  return mediumOf(type).kind === 'still';
}

const isStored = (text: string): text is MediaType => STORED_TYPES.some((type) => type === text);

/** "JPEG" for `image/jpeg`; the text itself where it names no type that is stored. */
export function formatName(type: string): string {
  return isStored(type) ? mediumOf(type).name : type;
}

/** Names of types for people: "JPEG, PNG or WebP". */
export function formatNames(types: readonly ReadType[], joint: 'and' | 'or'): string {
  const names = types.map((type) => MEDIA[type].name);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${joint} ${names.at(-1)}`;
}

/** The type of the ending that a file name has; undefined for one that no type has. */
export function typeByEnding(name: string): ReadType | undefined {
  const ending = endingIn(name);
  return MEDIA_TYPES.find((type) => MEDIA[type].ending === ending);
}

/** The ending that a file name has, without the dot and as `mediumOf` gives it; undefined for one that no type has. */
export function endingIn(name: string): string | undefined {
  const written = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const media: readonly Medium[] = Object.values(MEDIA);
  return media.find(({ ending, otherEndings }) => ending === written || otherEndings.includes(written))?.ending;
}
