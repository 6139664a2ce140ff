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
}

/** Raw pixels: red, green, blue, row by row from the top, without padding. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}
