/** How much the part that was to stay comes back changed. Levels are of 255, lengths pixels. */
export interface Drift {
  /** Least and most that every channel is brightened. */
  readonly brighter: readonly [least: number, most: number];
  /** Most that a channel differs from the others. */
  readonly hue: number;
  /** Most that contrast differs, as a share. */
  readonly contrast: number;
  /** Amplitude of a slow wave over the picture. */
  readonly wave: number;
  /** Most that the picture is moved on each axis. */
  readonly shift: number;
  /** Standard deviation of the blur. */
  readonly blur: number;
  /** Standard deviation of the noise. */
  readonly noise: number;
  /** How far new content reaches over the edge of the mask. */
  readonly bleed: number;
}

/** What was seen of services that repaint: nothing is kept to the bit, all of it is close. */
export const USUAL_DRIFT: Drift = {
  brighter: [4, 8],
  hue: 2,
  contrast: 0.02,
  wave: 1.5,
  shift: 1,
  blur: 0.6,
  noise: 0.7,
  bleed: 0,
};

/** More of everything than was seen, for tests that must not depend on the usual amount. */
export const HARSH_DRIFT: Drift = {
  brighter: [6, 14],
  hue: 4,
  contrast: 0.05,
  wave: 3,
  shift: 1.4,
  blur: 0.9,
  noise: 1.2,
  bleed: 0,
};

/** Nothing drifts: what is kept comes back as it was sent. */
export const NO_DRIFT: Drift = {
  brighter: [0, 0],
  hue: 0,
  contrast: 0,
  wave: 0,
  shift: 0,
  blur: 0,
  noise: 0,
  bleed: 0,
};
