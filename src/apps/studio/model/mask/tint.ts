/** Colours that a mask may be tinted in, as in `style/tokens.css`. */
export const TINTS = {
  cyan: [0, 200, 255],
  magenta: [255, 47, 168],
  lime: [156, 240, 0],
  orange: [255, 122, 26],
} as const satisfies Readonly<Record<string, readonly [number, number, number]>>;

export type Tint = keyof typeof TINTS;

/** The tint that differs most in CIELAB from the mean colour under the mask. */
export function contrastingTint(mean: readonly [number, number, number]): Tint {
  const under = lab(mean);
  const names = Object.keys(TINTS) as Tint[];
  const far = (name: Tint): number => {
    const [l, a, b] = lab(TINTS[name]);
    // Hue counts more than lightness, which the hatch shows too.
    return Math.hypot((l - under[0]) * 0.5, a - under[1], b - under[2]);
  };
  return names.reduce((best, name) => (far(name) > far(best) ? name : best));
}

/** sRGB, 0-255, as CIELAB under D65. */
function lab([red, green, blue]: readonly [number, number, number]): readonly [number, number, number] {
  const linear = (value: number): number => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const cube = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (t * 841) / 108 + 4 / 29);
  const x = cube((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = cube(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = cube((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Mean colour of the pixels that a mask covers, both as RGBA of one size; the mean of all where it covers none. */
export function meanUnder(picture: Uint8ClampedArray, mask: Uint8ClampedArray): readonly [number, number, number] {
  const sum = [0, 0, 0];
  let weight = 0;
  for (const covered of [true, false]) {
    for (let i = 0; i < picture.length; i += 4) {
      const share = covered ? (mask[i + 3] ?? 0) : 1;
      weight += share;
      for (let c = 0; c < 3; c += 1) sum[c] = (sum[c] ?? 0) + (picture[i + c] ?? 0) * share;
    }
    if (weight > 0) break;
  }
  const [r = 0, g = 0, b = 0] = sum;
  return [r / weight, g / weight, b / weight];
}
