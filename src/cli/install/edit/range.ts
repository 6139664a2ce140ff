/** A part of a text, in characters: `from` belongs to it, `to` does not. */
export interface Range {
  readonly from: number;
  readonly to: number;
}
