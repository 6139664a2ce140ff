/** What a composite is made from: three layers of one size, eight bits, rows without padding. */
export interface Layers {
  readonly width: number;
  readonly height: number;
  /** The person's pixels: RGB. */
  readonly source: Uint8Array;
  /** What Firefly made of them: RGB in the source's colour values. */
  readonly answer: Uint8Array;
  /** 255 takes the answer, 0 keeps the source. */
  readonly mask: Uint8Array;
  /** 0 where the source has no colour to compare with, as where it is transparent; absent where it has one everywhere. */
  readonly opaque?: Uint8Array | undefined;
}

/** Red, green, blue. */
export const CHANNELS = 3;
/** Pixels from the open part within which the answer is not compared: its edge is blurred and its blocks ring. */
export const EDGE = 3;
/** Farthest that new content is looked for outside of the mask, pixels. */
export const FARTHEST = 24;

/** Whether a pixel of the source is too dark or too bright to show a difference in tone. */
export function isClipped(red: number, green: number, blue: number): boolean {
  return red > 250 || green > 250 || blue > 250 || (red < 4 && green < 4 && blue < 4);
}
