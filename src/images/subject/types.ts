import type { Mask, Size } from '../masks/mask.ts';
import type { PackedMask } from '../masks/packed.ts';

/** Pixels in RGB, three bytes each, row by row from the top left. */
export interface RgbPicture extends Size {
  readonly data: Uint8Array;
}

/** A number for each pixel, row by row from the top left; as a probability or as alpha 0 to 1. */
export interface Plane extends Size {
  readonly data: Float32Array;
}

/** The pixels that belong to something: 1 for each that does, 0 for all others, row by row from the top left. */
export interface Area extends Size {
  readonly data: Uint8Array;
}

/** A rectangle of whole pixels inside a picture. */
export interface Region extends Size {
  readonly left: number;
  readonly top: number;
}

/** A point of a picture in its pixels from the top left; the middle of the first pixel is at 0.5, 0.5. */
export type PicturePoint = readonly [x: number, y: number];

/** A picture whose pixels can be had in parts, so that working copies need no second copy of the whole. */
export interface PictureSource extends Size {
  /** A region scaled to a size. */
  copy(region: Region, size: Size): Promise<RgbPicture>;
  /** Rows `from` to `to` (exclusive) of a region, at full size. */
  rows(region: Region, from: number, to: number): RgbPicture;
}

/**
 * A rough shape in the picture's pixels. A polygon is about the outline. A box means that the subject is somewhere inside
 * it, and that nothing outside of it opens; an ellipse likewise inside its own outline.
 */
export type RoughShape =
  | { readonly kind: 'polygon'; readonly points: readonly PicturePoint[] }
  | {
      readonly kind: 'box' | 'ellipse';
      readonly left: number;
      readonly top: number;
      readonly right: number;
      readonly bottom: number;
    }
  | { readonly kind: 'stroke'; readonly points: readonly PicturePoint[]; readonly thickness: number };

/** Corrections: points that belong to the subject, and points that do not. */
export interface Corrections {
  readonly belongs: readonly PicturePoint[];
  readonly stays: readonly PicturePoint[];
}

/** How sure a fit is. A doubtful one is wrong more often than not. */
export type Confidence = 'good' | 'check' | 'doubtful';

/** How a subject was found, and how sure that is. */
export interface Fit {
  readonly from: 'person' | 'colours' | 'both';
  readonly confidence: Confidence;
  /** Least overlap, 0 to 1, with the areas that the hint finds when it is drawn a little smaller and larger. */
  readonly stability?: number | undefined;
  /** Sentences that say why the confidence is not good. */
  readonly reasons: readonly string[];
}

/** A subject as an area at working size, before its edges are found at full size. */
export interface FoundArea {
  /** The part of the picture that the area covers. */
  readonly region: Region;
  readonly area: Area;
  readonly fit: Fit;
}

/** A subject at the full size of its picture, with soft edges. */
export interface Subject {
  /** The part of the picture in which the subject is. */
  readonly region: Region;
  /** How far each pixel of the region belongs to the subject. */
  readonly alpha: Mask;
  readonly fit: Fit;
}

/** A subject as a worker hands it on. */
export interface PackedSubject extends Omit<Subject, 'alpha'> {
  readonly alpha: PackedMask;
}

/** Throws where the work is no longer wanted. Called every few milliseconds of work. */
export type Check = () => void;
