import type { Drift } from './edits/drift.ts';

/** Formats of results. */
export type PictureFormat = 'jpeg' | 'png' | 'webp';

/** Part of a picture, in pixels from its top left corner. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Everything that a picture depends on: equal specs give equal bytes. */
export interface PictureSpec {
  readonly prompt: string;
  readonly seed: number;
  /** Model, and custom model if any; part of the seed of the drawing. */
  readonly style: string;
  readonly width: number;
  readonly height: number;
  readonly format: PictureFormat;
  /** Present for a picture that keeps parts of a source. */
  readonly edit?: Edit | undefined;
  /** Present for a picture that is made of a whole source, of which no pixel stays. */
  readonly rework?: Rework | undefined;
  /** Present for an object in a picture. */
  readonly composite?: Composite | undefined;
  /** Present for a video: the recording of this size, whatever the rest. */
  readonly clip?: true | undefined;
}

/** A source or mask that a request names. */
export interface GivenPicture {
  /**
   * Reads the encoded picture.
   * @throws PictureGone when its bytes are no longer in memory
   */
  readonly read: () => Promise<Uint8Array>;
}

/** A source or mask is no longer in memory. */
export class PictureGone extends Error {
  override readonly name = 'PictureGone';
}

/** How a picture is made from a source. */
export interface Edit {
  readonly source: GivenPicture;
  /** Position of the source in the result; everything outside of it is drawn. */
  readonly position: Rectangle;
  /** White is drawn anew, black is kept; in the size of the source or of the result. */
  readonly mask?: GivenMask | undefined;
  /** How far kept parts come back changed. */
  readonly drift: Drift;
}

/** How a whole source is made into another picture: a variation, an enlargement, or an edit by words. */
export interface Rework {
  readonly kind: 'vary' | 'upscale' | 'edit';
  readonly source: GivenPicture;
}

/** An object, and where it is put: in a picture, or in a scene from words. */
export interface Composite {
  readonly object: GivenPicture;
  readonly background?: Background | undefined;
  readonly place: Rectangle;
}

/** What an object is put into. */
export interface Background {
  readonly picture: GivenPicture;
  /** White is where the object goes; in the size of the picture. */
  readonly mask: GivenPicture;
  /** How far the rest comes back changed. */
  readonly drift: Drift;
}

/** A mask and its polarity. */
export interface GivenMask {
  readonly picture: GivenPicture;
  readonly invert: boolean;
}

/** Raw RGB pixels, row by row from the top, without padding. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}
