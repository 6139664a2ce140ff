import type { SeededRandom } from './seeded-random.ts';

/** RGB of eight bits, rows without padding. */
export interface Rgb {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

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

/** What became of a picture, for tests that have to know. */
export interface Repainted extends Rgb {
  /** The picture at x, y was at x + dx, y + dy before. */
  readonly moved: { readonly dx: number; readonly dy: number };
}

/**
 * Repaints a picture as a generative fill does: new content where the mask is white, and all the rest a little other in
 * tone and noise, softened and up to a pixel shifted. Equal arguments and randomness give equal pixels.
 * @param sent the picture as it was sent
 * @param mask one byte a pixel, 255 where it is painted anew
 * @param fresh what is painted there, in the size of the picture
 */
export function repaint(
  sent: Rgb,
  { mask, fresh }: { readonly mask: Uint8Array; readonly fresh: Uint8Array },
  { drift, random }: { readonly drift: Drift; readonly random: SeededRandom },
): Repainted {
  const { width, height, data } = sent;
  const opened = drift.bleed > 0 ? widened(mask, sent, drift.bleed) : mask;
  const tone = drawTone(drift, random);
  const mixed = new Float32Array(data.length);
  for (let pixel = 0; pixel < opened.length; pixel++) {
    const share = (opened[pixel] ?? 0) / 255;
    const wave = tone.wave(pixel % width, Math.floor(pixel / width), sent);
    for (let channel = 0; channel < 3; channel++) {
      const at = pixel * 3 + channel;
      const level = (data[at] ?? 0) * (1 - share) + (fresh[at] ?? 0) * share;
      mixed[at] = (level - 128) * tone.contrast + 128 + (tone.offsets[channel] ?? 0) + wave;
    }
  }
  const moved = { dx: random.between(-drift.shift, drift.shift), dy: random.between(-drift.shift, drift.shift) };
  const across = resampled(mixed, sent, { step: 3, length: width, taps: tapsAt(moved.dx, drift.blur) });
  const down = resampled(across, sent, { step: width * 3, length: height, taps: tapsAt(moved.dy, drift.blur) });
  const result = new Uint8Array(data.length);
  for (let at = 0; at < result.length; at++) {
    const level = (down[at] ?? 0) + drift.noise * roughlyNormal(random) + 0.5;
    result[at] = Math.min(255, Math.max(0, level));
  }
  return { width, height, data: result, moved };
}

function drawTone({ brighter, hue, contrast, wave }: Drift, random: SeededRandom) {
  const offsets = [0, 1, 2].map(() => random.between(...brighter) + random.between(-hue, hue));
  const phase = random.between(0, 6);
  const [across, down] = [random.between(-3, 3), random.between(-3, 3)];
  return {
    offsets,
    contrast: 1 + random.between(-contrast, contrast),
    wave: (x: number, y: number, { width, height }: Rgb) =>
      wave * Math.sin((x / width) * across + (y / height) * down + phase),
  };
}

/** Taps of a Gaussian around a fractional place: they soften and shift at once. Offset of the tap by its weight. */
function tapsAt(place: number, sigma: number): ReadonlyMap<number, number> {
  const offsets = [-3, -2, -1, 0, 1, 2, 3];
  const weights = offsets.map((offset) => Math.exp(-((offset - place) ** 2) / (2 * Math.max(sigma, 0.15) ** 2)));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return new Map(offsets.map((offset, index) => [offset, (weights[index] ?? 0) / sum]));
}

interface Line {
  /** Values between two pixels of a line. */
  readonly step: number;
  readonly length: number;
  readonly taps: ReadonlyMap<number, number>;
}

function resampled(values: Float32Array, { width }: Rgb, { step, length, taps }: Line): Float32Array {
  const result = new Float32Array(values.length);
  const alongRows = step === 3;
  for (const [offset, weight] of taps) {
    if (weight < 1e-4) continue;
    for (let at = 0; at < values.length; at++) {
      const pixel = Math.floor(at / 3);
      const place = alongRows ? pixel % width : Math.floor(pixel / width);
      const from = at + (Math.min(Math.max(place + offset, 0), length - 1) - place) * step;
      result[at] = (result[at] ?? 0) + weight * (values[from] ?? 0);
    }
  }
  return result;
}

/** The mask with its white parts grown by so many pixels on each side. */
function widened(mask: Uint8Array, { width, height }: Rgb, pixels: number): Uint8Array {
  const across = new Uint8Array(mask.length);
  const result = new Uint8Array(mask.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let most = 0;
      for (let near = Math.max(0, x - pixels); near <= Math.min(width - 1, x + pixels); near++) {
        most = Math.max(most, mask[y * width + near] ?? 0);
      }
      across[y * width + x] = most;
    }
  }
  for (let y = 0; y < height; y++) {
    for (let near = Math.max(0, y - pixels); near <= Math.min(height - 1, y + pixels); near++) {
      for (let x = 0; x < width; x++) {
        const at = y * width + x;
        result[at] = Math.max(result[at] ?? 0, across[near * width + x] ?? 0);
      }
    }
  }
  return result;
}

/** A sum of four evenly distributed numbers: close to normal, with a deviation of 1. */
function roughlyNormal(random: SeededRandom): number {
  let sum = 0;
  for (let draw = 0; draw < 4; draw++) sum += random.between(-1, 1);
  return sum * Math.sqrt(3 / 4);
}
