import type { Orientation } from './exif.ts';

/** What a parser reads: pixels as stored, and how the picture is to be turned. */
export interface Raw {
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
}

/** What a parser found, or why the bytes are no whole picture: a phrase after "it". */
export type Parsed = Raw | { readonly problem: string };
