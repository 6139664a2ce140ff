import type { ByteFeed } from './byte-feed.ts';
import type { Orientation } from './exif.ts';

/** What a file says of itself. */
export interface Scanned {
  /** Pixels as stored. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation to display the pixels with; 1 for a video. */
  readonly orientation: Orientation;
  /** Bytes of a pixel, decoded; undefined where the limit of the type says what its decoder takes. */
  readonly pixelBytes?: number | undefined;
  /** Bytes for each pixel that the decoder holds until it has read all of the file; undefined where it holds some rows. */
  readonly wholeBytes?: number | undefined;
  /** Milliseconds; undefined for a still, and for a video that does not say it. */
  readonly durationMs?: number | undefined;
}

/** Why bytes are no whole file. */
export interface ScanProblem {
  /** Clause such as "it is cut off". */
  readonly problem: string;
  /** Sentence: how a picture is had from the file. Undefined where nothing special helps. */
  readonly mend?: string | undefined;
}

/**
 * A parser of one format: checks that the structure is whole up to its end, and gathers the facts on the way. Yields
 * where it needs bytes that have not arrived. Throws nothing; its time is linear in the number of bytes.
 */
export type Scan = (feed: ByteFeed) => Generator<undefined, Scanned | ScanProblem>;

export const CUT_OFF: ScanProblem = { problem: 'it is cut off' };
export const BROKEN: ScanProblem = { problem: 'its structure is broken' };
export const NO_SIZE: ScanProblem = { problem: 'it has no size' };
export const NO_PIXELS: ScanProblem = { problem: 'it has no pixels' };

/** Bytes of an EXIF block that are read for the orientation: as many as JPEG allows. */
export const MOST_EXIF_BYTES = 65_536;
