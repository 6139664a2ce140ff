/** Width and height in whole pixels, as displayed. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
