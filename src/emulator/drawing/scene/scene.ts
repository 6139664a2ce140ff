import { Canvas } from './canvas.ts';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';
import { type Palette, paletteFor } from './palette.ts';
import type { PictureSpec, Pixels } from '../picture.ts';

/** Longer side of the painted scene, pixels. Larger pictures are scaled up, which soft shapes tolerate. */
const LONGER_SIDE = 1024;

type Motif = (canvas: Canvas, palette: Palette, random: SeededRandom) => void;

/** Paints a scene in the aspect ratio of the picture, at most 1024 pixels on the longer side. */
export function paintScene(spec: PictureSpec): Pixels {
  const scale = Math.min(1, LONGER_SIDE / Math.max(spec.width, spec.height));
  const canvas = new Canvas(Math.max(1, Math.round(spec.width * scale)), Math.max(1, Math.round(spec.height * scale)));
  // Colours and motif depend on the prompt alone, so that its variations look related.
  const theme = seededRandom(spec.prompt);
  const palette = paletteFor(spec.prompt, theme);
  const motif = theme.pick<Motif>([hills, dunes, sea]);
  const random = seededRandom(JSON.stringify([spec.prompt, spec.seed, spec.style]));
  canvas.gradient(palette.high, palette.low, random.between(-0.25, 0.25));
  motif(canvas, palette, random);
  return canvas;
}

/** Ranges of hills under a sun or moon, darker towards the front. */
function hills(canvas: Canvas, palette: Palette, random: SeededRandom): void {
  luminary(canvas, palette, random);
  palette.layers.forEach((colour, index) => {
    const base = canvas.height * (0.46 + 0.12 * index + random.between(-0.03, 0.03));
    const line = ridge(canvas.width, canvas.height * (0.11 - 0.008 * index), 2 + index * 0.6, random);
    canvas.below((x) => base + line(x), colour, palette.low);
  });
}

/** Long, slow waves of sand or water. */
function dunes(canvas: Canvas, palette: Palette, random: SeededRandom): void {
  luminary(canvas, palette, random);
  const slope = random.between(-0.12, 0.12);
  palette.layers.forEach((colour, index) => {
    const base = canvas.height * (0.4 + 0.14 * index);
    const line = ridge(canvas.width, canvas.height * 0.05, 0.8, random);
    const lean = slope * canvas.height * (index % 2 === 0 ? 1 : -1);
    canvas.below((x) => base + line(x) + lean * (x / canvas.width - 0.5), colour, palette.light);
  });
}

/** Open water to the horizon, an island or two, and the reflection of the light. */
function sea(canvas: Canvas, palette: Palette, random: SeededRandom): void {
  const horizon = canvas.height * random.between(0.5, 0.62);
  const [far, islands, , water, deep] = palette.layers;
  const { x, radius } = luminary(canvas, palette, random);
  const shore = ridge(canvas.width, canvas.height * 0.09, 1.1, random);
  canvas.below((column) => horizon - Math.max(0, shore(column)), islands ?? palette.low, far ?? palette.low);
  canvas.below(() => horizon, water ?? palette.low, deep ?? palette.low);
  for (let count = 0; count < 46; count += 1) {
    const depth = random.between(0, 1) ** 1.4;
    const half = radius * (0.35 + 2.4 * depth) * random.between(0.3, 1);
    const middle = x + radius * (0.4 + 1.8 * depth) * random.between(-1, 1);
    const y = horizon + 2 + (canvas.height - horizon) * depth;
    const height = 1 + canvas.height * 0.006 * depth;
    canvas.streak({ left: middle - half, right: middle + half, y, height, colour: palette.light, alpha: 0.4 });
  }
}

/** Paints sun or moon, and stars at night. */
function luminary(
  canvas: Canvas,
  palette: Palette,
  random: SeededRandom,
): { readonly x: number; readonly radius: number } {
  const short = Math.min(canvas.width, canvas.height);
  const stars = palette.night ? 90 : 0;
  for (let count = 0; count < stars; count += 1) {
    const [x, y] = [random.between(0, canvas.width), random.between(0, canvas.height * 0.6)];
    const [radius, alpha] = [short * random.between(0.0006, 0.0018), random.between(0.3, 0.9)];
    canvas.disc({ x, y, radius, colour: palette.light, alpha, glow: 0 });
  }
  const x = canvas.width * random.between(0.18, 0.82);
  const y = canvas.height * random.between(0.16, 0.36);
  const radius = short * random.between(0.05, 0.11);
  canvas.disc({ x, y, radius, colour: palette.light, alpha: 1, glow: 2 });
  return { x, radius };
}

/** A skyline of three overlaid waves; `height` is its amplitude. */
function ridge(width: number, height: number, waves: number, random: SeededRandom): (x: number) => number {
  const parts = [1, 2.3, 5.1].map((factor, index) => ({
    frequency: (2 * Math.PI * waves * factor * random.between(0.8, 1.2)) / width,
    phase: random.between(0, 2 * Math.PI),
    height: (height * 0.62) / (index + 1) ** 1.5,
  }));
  return (x) => parts.reduce((sum, part) => sum + part.height * Math.sin(x * part.frequency + part.phase), 0);
}
