import { formatNames, MEDIA_TYPES, readerOf, type MediaType } from '../media.ts';
import { unreadType } from '../unread-media.ts';
import { ByteFeed } from './byte-feed.ts';
import type { Orientation } from './exif.ts';
import { foreignFormat, headOf } from './foreign.ts';
import { FTYP_BYTES } from './mp4.ts';
import { NO_SIZE, type Scanned, type ScanProblem } from './scan.ts';

/** Type and size of a whole file. Width and height are pixels as displayed, after EXIF orientation. */
export interface Measured {
  readonly mimeType: MediaType;
  readonly width: number;
  readonly height: number;
  /** Length of a video, milliseconds; undefined for a still, and for a video that does not say it. */
  readonly durationMs?: number | undefined;
}

/** A whole file, with what its decoder has to know and take. */
interface Recognised extends Measured {
  readonly orientation: Orientation;
  /** Bytes for each pixel that are held at once to decode it upright, beside some rows. */
  readonly heldBytes: number;
  /** Bytes for each pixel that are held at once to decode the picture as it is stored. */
  readonly wholeBytes: number;
}

/** Results that are kept though they are not read: of no format, of the named ones, or of any that is no text or page. */
export type Unread = 'none' | 'named' | 'any';

/** Of what is kept and not read. */
const UNREAD_SIZE: Scanned = { width: 0, height: 0, orientation: 1 };

/** Bytes from the beginning that a type is recognised by. Names and declared types are never trusted. */
const HEAD_BYTES = FTYP_BYTES;

/**
 * Recognises a file and measures it while its bytes pass, by its structure alone: no pixels are decoded, nothing is
 * thrown, time is linear and memory bounded (`MOST_EXIF_BYTES` and one piece).
 */
export class Recogniser {
  readonly #feed = new ByteFeed();
  readonly #keeps: Unread;
  readonly #scan = this.#recognise();
  #type: MediaType | undefined;
  #result: Scanned | ScanProblem | undefined;

  /** @param keeps what is recognised besides, without a size: it is kept and not read */
  constructor(keeps: Unread = 'none') {
    this.#keeps = keeps;
  }

  /** The type, once it is recognised. */
  get mimeType(): MediaType | undefined {
    return this.#type;
  }

  /** Why the bytes so far begin no file of a known type, once that is certain. */
  get problem(): ScanProblem | undefined {
    return this.#result !== undefined && 'problem' in this.#result ? this.#result : undefined;
  }

  /** Takes the next piece, which must not change afterwards. */
  push(piece: Uint8Array): void {
    if (this.#result !== undefined || piece.length === 0) return;
    this.#feed.push(piece);
    this.#advance();
  }

  /** The facts of the whole file, or why the bytes are none: a clause that begins with "it". */
  finish(): Recognised | ScanProblem {
    this.#feed.end();
    if (this.#result === undefined) this.#advance();
    const [result = NO_SIZE, mimeType] = [this.#result, this.#type];
    if ('problem' in result) return result;
    if (mimeType === undefined) return NO_SIZE;
    const { width, height, orientation, durationMs, pixelBytes = 0, wholeBytes = 0 } = result;
    if ((width === 0 || height === 0) && result !== UNREAD_SIZE) return NO_SIZE;
    const size = orientation >= 5 ? { width: height, height: width } : { width, height };
    // A picture that is mirrored from left to right can be read in rows; others are held to be turned.
    const heldBytes = wholeBytes + (orientation > 2 ? pixelBytes : 0);
    return {
      mimeType,
      ...size,
      orientation,
      heldBytes,
      wholeBytes,
      ...(durationMs === undefined ? {} : { durationMs }),
    };
  }

  #advance(): void {
    const { done, value } = this.#scan.next();
    if (!done) return;
    // What has begun as a picture and is broken may still be opened by another program.
    const isBroken = 'problem' in value && this.#type !== undefined && this.#keeps === 'any';
    if (isBroken) this.#type = 'application/octet-stream';
    this.#result = isBroken ? UNREAD_SIZE : value;
  }

  *#recognise(): Generator<undefined, Scanned | ScanProblem> {
    yield* this.#feed.wait(HEAD_BYTES);
    const known = MEDIA_TYPES.find((type) => readerOf(type).begins(this.#feed));
    this.#type = known;
    if (known !== undefined) return yield* readerOf(known).scan(this.#feed);
    const head = yield* headOf(this.#feed);
    if (this.#keeps !== 'none') this.#type = unreadType(head);
    if (this.#type !== undefined) return UNREAD_SIZE;
    const foreign = foreignFormat(head);
    if (foreign !== undefined) return foreign;
    if (this.#keeps === 'any') this.#type = 'application/octet-stream';
    return this.#keeps === 'any' ? UNREAD_SIZE : { problem: `it is none of ${formatNames(MEDIA_TYPES, 'and')}` };
  }
}

/** Measures a file that is in memory. */
export function measure(bytes: Uint8Array): Measured | ScanProblem {
  const found = recognised(bytes);
  if ('problem' in found) return found;
  const { orientation: _orientation, heldBytes: _heldBytes, wholeBytes: _wholeBytes, ...measured } = found;
  return measured;
}

/** The EXIF orientation of a whole picture; 1 for bytes that are no picture. */
export function orientationOf(bytes: Uint8Array): Orientation {
  return storedForm(bytes).orientation;
}

/** How the pixels of a whole picture are stored, and what its decoder holds; nothing special for bytes that are no picture. */
export function storedForm(bytes: Uint8Array): Pick<Recognised, 'orientation' | 'heldBytes' | 'wholeBytes'> {
  const found = recognised(bytes);
  return 'problem' in found ? { orientation: 1, heldBytes: 0, wholeBytes: 0 } : found;
}

function recognised(bytes: Uint8Array) {
  const recogniser = new Recogniser();
  recogniser.push(bytes);
  return recogniser.finish();
}
