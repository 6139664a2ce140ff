import { MOST_UPLOAD_BYTES } from '../contract/upload.ts';
import { HOSTS_COMPOSITES, HOSTS_V3, HOSTS_V4, type SourceHosts } from './source-hosts.ts';
import { MINUTE_MS } from '../../shared/time/durations.ts';

/** What an operation takes and makes. Waiting and result limits are ours where Adobe names none. */
export interface OperationLimits {
  /** Limits of the pictures that a request names. */
  readonly upload: UploadLimits;
  /** Hosts of pictures that a request names by URL. */
  readonly hosts: SourceHosts;
  readonly result: ResultLimits;
  /** Time from acceptance until an unfinished job ends as timed out, milliseconds. */
  readonly waitMs: number;
  /** Most results of one request. */
  readonly mostCount: number;
}

/** Limits of a picture that goes to Adobe. An absent one is not checked. */
export interface UploadLimits {
  readonly mostBytes: number;
  /** Formats that the copy may have, the preferred one for conversions first. */
  readonly formats: readonly ('image/jpeg' | 'image/png' | 'image/webp')[];
  /** Width times height. */
  readonly pixels?: Range | undefined;
  /** Pixels of the longer and of the shorter side. */
  readonly longerSide?: Range | undefined;
  readonly shorterSide?: Range | undefined;
  /** The longer side divided by the shorter one. */
  readonly mostRatio?: number | undefined;
  /** The copy has the very pixels of the picture: encoded without loss where it has to be, and never scaled. */
  readonly lossless?: boolean | undefined;
}

/** Both ends belong to the range. */
interface Range {
  readonly least?: number | undefined;
  readonly most?: number | undefined;
}

/** Limits of one result. */
export interface ResultLimits {
  /** A result of the other kind is kept too, with a warning: it is paid for. */
  readonly media: 'still' | 'video';
  /** Larger ones are not downloaded. */
  readonly mostBytes: number;
}

/** The largest results known, PNG of 4 megapixels, are far below. */
const STILL: ResultLimits = { media: 'still', mostBytes: 64 * 1024 * 1024 };

/** The v3 image operations. Adobe's SDK requires 600 pixels on the longer side of a fill. */
export const IMAGE_LIMITS_V3: OperationLimits = {
  upload: {
    mostBytes: MOST_UPLOAD_BYTES,
    formats: ['image/webp', 'image/jpeg', 'image/png'],
    longerSide: { least: 600 },
  },
  hosts: HOSTS_V3,
  result: STILL,
  waitMs: 10 * MINUTE_MS,
  mostCount: 4,
};

/** Image 5. Limits of its reference picture: OpenAPI `ReferenceBlobSourceV3`. */
export const IMAGE_LIMITS_V4: OperationLimits = {
  upload: {
    mostBytes: 10_000_000,
    formats: ['image/webp', 'image/jpeg', 'image/png'],
    pixels: { least: 512 * 512, most: 2048 * 2048 },
    mostRatio: 5,
  },
  hosts: HOSTS_V4,
  result: STILL,
  waitMs: 10 * MINUTE_MS,
  mostCount: 1,
};

/** Upscale. A PNG of 6000 by 6000 pixels can have 144 MB. */
export const UPSCALE_LIMITS: OperationLimits = {
  upload: { mostBytes: MOST_UPLOAD_BYTES, formats: ['image/png', 'image/webp', 'image/jpeg'], lossless: true },
  hosts: HOSTS_V3,
  result: { media: 'still', mostBytes: 192 * 1024 * 1024 },
  waitMs: 10 * MINUTE_MS,
  mostCount: 4,
};

/**
 * Video. Adobe documents no limits of its frames, so those of the v3 image operations are kept to, and none of its result.
 * A video takes minutes, sometimes more.
 */
export const VIDEO_LIMITS: OperationLimits = {
  upload: { mostBytes: MOST_UPLOAD_BYTES, formats: ['image/jpeg', 'image/png', 'image/webp'] },
  hosts: HOSTS_V3,
  result: { media: 'video', mostBytes: 512 * 1024 * 1024 },
  waitMs: 15 * MINUTE_MS,
  mostCount: 1,
};

/** Object composite: at most 10 MB by Adobe's guide. An own transparency stays: of PNG and WebP no JPEG is made. */
export const OBJECT_COMPOSITE_LIMITS: OperationLimits = {
  upload: { mostBytes: 10_000_000, formats: ['image/webp', 'image/jpeg', 'image/png'] },
  hosts: HOSTS_V3,
  result: STILL,
  waitMs: 10 * MINUTE_MS,
  mostCount: 4,
};

/** Precise and adaptive composites. */
export const COMPOSITE_LIMITS: OperationLimits = {
  upload: { mostBytes: MOST_UPLOAD_BYTES, formats: ['image/webp', 'image/jpeg', 'image/png'] },
  hosts: HOSTS_COMPOSITES,
  result: STILL,
  waitMs: 10 * MINUTE_MS,
  mostCount: 3,
};
