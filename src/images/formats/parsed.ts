import type { Orientation } from './exif.ts';

/** Pixels as stored, and the EXIF orientation to display them with. */
export interface Raw {
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
}

/** The result of a parser; `problem` is a clause that begins with "it" and says why the bytes are no whole picture. */
export type Parsed = Raw | { readonly problem: string };
