import type { Rectangle } from '../rules/placement.ts';

/** Formats that results come in. */
export type PictureFormat = 'jpeg' | 'png' | 'webp';

/** Everything that a picture depends on: the same spec gives the same picture. */
export interface PictureSpec {
  readonly prompt: string;
  readonly seed: number;
  /** Model, and custom model if any: another one draws another picture. */
  readonly style: string;
  readonly width: number;
  readonly height: number;
  readonly format: PictureFormat;
  /** For a picture that is made from another one. */
  readonly edit?: Edit | undefined;
}

/** A picture that a client has given. */
export interface GivenPicture {
  /**
   * The encoded picture.
   * @throws PictureGone when it is no longer in memory
   */
  readonly read: () => Promise<Uint8Array>;
}

/** The picture that something was to be drawn from is no longer in memory. */
export class PictureGone extends Error {
  override readonly name = 'PictureGone';
}

/** How a picture comes from another one. What is kept has the very pixels of the source, unless it is scaled. */
export interface Edit {
  readonly source: GivenPicture;
  /** Where the source lies in the result; outside of it everything is drawn. */
  readonly place: Rectangle;
  /** White is drawn anew, black kept; it has the size of the source, or of the result. */
  readonly mask?: GivenMask | undefined;
}

/** A mask with the side that counts. */
export interface GivenMask {
  readonly picture: GivenPicture;
  readonly invert: boolean;
}

/** Raw pixels: red, green, blue, row by row from the top, without padding. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}
