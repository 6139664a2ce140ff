/** A colour as shares of sRGB, 0-1, and its opacity. */
export type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/** Reads a computed colour: `rgb(…)`, `rgba(…)` or `color(srgb …)`. Undefined for any other text. */
export function parseColour(text: string): Rgba | undefined {
  const [, form = '', inner = ''] = /^(rgba?|color)\(([^)]*)\)$/.exec(text.trim()) ?? [];
  const [red, green, blue, alpha = 1] = (inner.match(/-?[\d.]+(e-?\d+)?/g) ?? []).map(Number);
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  const most = form === 'color' ? 1 : 255;
  return [red / most, green / most, blue / most, alpha];
}

/** A colour with a share, 0-1, of another one in it, and opaque. */
export function mixed(colour: Rgba, over: Rgba, share: number): Rgba {
  const part = (i: 0 | 1 | 2): number => colour[i] * (1 - share) + over[i] * share;
  return [part(0), part(1), part(2), 1];
}

/** The ratio of two colours, 1-21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: Rgba, b: Rgba): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance([red, green, blue]: Rgba): number {
  const linear = (share: number): number => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** Share of ink that one step adds. */
const STEP = 0.1;

/**
 * The colour, mixed with ink in steps until its contrast with `ground` is at least `needed`; ink itself where no step is
 * enough. Undefined where the colour has that contrast as it is.
 */
export function mended(colour: Rgba, ink: Rgba, ground: Rgba, needed: number): Rgba | undefined {
  const [, , , alpha] = colour;
  const seen = mixed(colour, ground, 1 - alpha);
  if (contrast(seen, ground) >= needed) return undefined;
  for (let share = STEP; share < 1; share += STEP) {
    const next = mixed(seen, ink, share);
    if (contrast(next, ground) >= needed) return next;
  }
  return ink;
}
