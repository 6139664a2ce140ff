import { Canvas } from './canvas.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { type Palette, paletteFor } from './palette.ts';
import type { PictureSpec, Pixels } from './picture.ts';

/** Longer side of what is painted; the picture is scaled up from it, which its soft forms bear well. */
const LONGER_SIDE = 1024;

type Motif = (canvas: Canvas, palette: Palette, dice: SeededRandom) => void;

/** The picture without its mark, at its own shape and at most 1024 pixels on the longer side. */
export function paintScene(spec: PictureSpec): Pixels {
  const scale = Math.min(1, LONGER_SIDE / Math.max(spec.width, spec.height));
  const canvas = new Canvas(Math.max(1, Math.round(spec.width * scale)), Math.max(1, Math.round(spec.height * scale)));
  // Colours and motif belong to the prompt, so that the variations of one prompt are of a kind.
  const theme = seededRandom(spec.prompt);
  const palette = paletteFor(spec.prompt, theme);
  const motif = theme.pick<Motif>([hills, dunes, sea]);
  const dice = seededRandom(JSON.stringify([spec.prompt, spec.seed, spec.style]));
  canvas.gradient(palette.high, palette.low, dice.between(-0.25, 0.25));
  motif(canvas, palette, dice);
  return canvas;
}

/** Ranges of hills under a sun or moon, each nearer one darker. */
function hills(canvas: Canvas, palette: Palette, dice: SeededRandom): void {
  luminary(canvas, palette, dice);
  palette.layers.forEach((colour, index) => {
    const base = canvas.height * (0.46 + 0.12 * index + dice.between(-0.03, 0.03));
    const line = ridge(canvas.width, canvas.height * (0.11 - 0.008 * index), 2 + index * 0.6, dice);
    canvas.below((x) => base + line(x), colour, palette.low);
  });
}

/** Long, slow waves of sand or water. */
function dunes(canvas: Canvas, palette: Palette, dice: SeededRandom): void {
  luminary(canvas, palette, dice);
  const slope = dice.between(-0.12, 0.12);
  palette.layers.forEach((colour, index) => {
    const base = canvas.height * (0.4 + 0.14 * index);
    const line = ridge(canvas.width, canvas.height * 0.05, 0.8, dice);
    const lean = slope * canvas.height * (index % 2 === 0 ? 1 : -1);
    canvas.below((x) => base + line(x) + lean * (x / canvas.width - 0.5), colour, palette.light);
  });
}

/** Open water to the horizon, an island or two, and the light's path on it. */
function sea(canvas: Canvas, palette: Palette, dice: SeededRandom): void {
  const horizon = canvas.height * dice.between(0.5, 0.62);
  const [far, islands, , water, deep] = palette.layers;
  const { x, radius } = luminary(canvas, palette, dice);
  const shore = ridge(canvas.width, canvas.height * 0.09, 1.1, dice);
  canvas.below((column) => horizon - Math.max(0, shore(column)), islands ?? palette.low, far ?? palette.low);
  canvas.below(() => horizon, water ?? palette.low, deep ?? palette.low);
  for (let count = 0; count < 46; count += 1) {
    const depth = dice.between(0, 1) ** 1.4;
    const half = radius * (0.35 + 2.4 * depth) * dice.between(0.3, 1);
    const middle = x + radius * (0.4 + 1.8 * depth) * dice.between(-1, 1);
    const y = horizon + 2 + (canvas.height - horizon) * depth;
    const height = 1 + canvas.height * 0.006 * depth;
    canvas.streak({ left: middle - half, right: middle + half, y, height, colour: palette.light, alpha: 0.4 });
  }
}

/** A sun or moon, and stars where it is night. */
function luminary(
  canvas: Canvas,
  palette: Palette,
  dice: SeededRandom,
): { readonly x: number; readonly radius: number } {
  const short = Math.min(canvas.width, canvas.height);
  const stars = palette.night ? 90 : 0;
  for (let count = 0; count < stars; count += 1) {
    const [x, y] = [dice.between(0, canvas.width), dice.between(0, canvas.height * 0.6)];
    const [radius, alpha] = [short * dice.between(0.0006, 0.0018), dice.between(0.3, 0.9)];
    canvas.disc({ x, y, radius, colour: palette.light, alpha, glow: 0 });
  }
  const x = canvas.width * dice.between(0.18, 0.82);
  const y = canvas.height * dice.between(0.16, 0.36);
  const radius = short * dice.between(0.05, 0.11);
  canvas.disc({ x, y, radius, colour: palette.light, alpha: 1, glow: 2 });
  return { x, radius };
}

/** A line of three overlaid waves, so that it does not look like one. `height` is its reach up and down. */
function ridge(width: number, height: number, waves: number, dice: SeededRandom): (x: number) => number {
  const parts = [1, 2.3, 5.1].map((factor, index) => ({
    frequency: (2 * Math.PI * waves * factor * dice.between(0.8, 1.2)) / width,
    phase: dice.between(0, 2 * Math.PI),
    height: (height * 0.62) / (index + 1) ** 1.5,
  }));
  return (x) => parts.reduce((sum, part) => sum + part.height * Math.sin(x * part.frequency + part.phase), 0);
}
