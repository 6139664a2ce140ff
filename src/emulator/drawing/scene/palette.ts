import type { SeededRandom } from '../seeded-random.ts';

/** Red, green, blue, each 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Matching colours of one picture. */
export interface Palette {
  /** Top of the background. */
  readonly high: Colour;
  /** Bottom of the background. */
  readonly low: Colour;
  /** Sun or moon, and its reflection on water. */
  readonly light: Colour;
  /** Whether the sky is dark enough for stars. */
  readonly night: boolean;
  /** Layers of the landscape, from far to near. */
  readonly layers: readonly Colour[];
}

const LAYERS = 5;

/** Prompt words that set the mood: hue in degrees, darkness from 0 (day) to 1 (night). */
const MOODS: Readonly<Record<string, { readonly hue?: number; readonly dark?: number }>> = {
  red: { hue: 2 },
  orange: { hue: 25 },
  autumn: { hue: 24 },
  sunset: { hue: 18, dark: 0.3 },
  sunrise: { hue: 32 },
  warm: { hue: 30 },
  gold: { hue: 42 },
  golden: { hue: 42 },
  yellow: { hue: 50 },
  desert: { hue: 36 },
  green: { hue: 130 },
  forest: { hue: 145 },
  garden: { hue: 110 },
  spring: { hue: 95 },
  sea: { hue: 192 },
  ocean: { hue: 198 },
  blue: { hue: 215 },
  winter: { hue: 205 },
  snow: { hue: 205 },
  purple: { hue: 275 },
  lavender: { hue: 260 },
  pink: { hue: 330 },
  dusk: { hue: 265, dark: 0.6 },
  evening: { hue: 22, dark: 0.3 },
  morning: { hue: 200 },
  night: { hue: 232, dark: 1 },
  moon: { hue: 228, dark: 0.9 },
  space: { hue: 255, dark: 1 },
  neon: { hue: 300, dark: 0.9 },
};

/** A palette for a prompt: its mood words set hue and darkness, else `random` does. */
export function paletteFor(prompt: string, random: SeededRandom): Palette {
  const moods = (prompt.toLowerCase().match(/\p{L}+/gu) ?? []).flatMap((word) => MOODS[word] ?? []);
  const anyHue = random.between(0, 360);
  const hue = (moods.find((mood) => mood.hue !== undefined)?.hue ?? anyHue) + random.between(-10, 10);
  const anyDark = random.pick([0, 0, 0.25, 0.8]);
  const dark = moods.find((mood) => mood.dark !== undefined)?.dark ?? anyDark;
  const turn = random.pick([35, -35, 60, -55]);
  const far = hue + turn;
  return {
    night: dark > 0.6,
    high: hsl(hue, 0.5, 0.62 - 0.5 * dark),
    low: hsl(far, 0.6, 0.84 - 0.54 * dark),
    light: hsl(far * 0.2 + 40, 0.75, 0.94 - 0.08 * dark),
    layers: Array.from({ length: LAYERS }, (_, index) => {
      const near = index / (LAYERS - 1);
      return hsl(hue + turn * (1 - near) * 0.6, 0.42 + 0.2 * near, (0.66 - 0.46 * near) * (1 - 0.55 * dark));
    }),
  };
}

/** RGB from hue in degrees, saturation and lightness from 0 to 1. */
function hsl(hue: number, saturation: number, lightness: number): Colour {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number) => {
    const k = (((offset + hue / 30) % 12) + 12) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
