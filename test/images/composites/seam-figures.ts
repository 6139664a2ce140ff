import type { Picture } from './scenes.ts';

/** How much of a seam is seen. */
export interface SeamFigures {
  /** Mean step across the edge of the mask that the ideal result has not, levels. */
  readonly jump: number;
  /** Difference of colour to the ideal result within 12 pixels of the edge (CIEDE2000): mean, and 95th percentile. */
  readonly difference: number;
  readonly worst: number;
}

const BAND = 12;
const REACH = 3;

/** Measures the seam of a result against the ideal one. */
export function seamOf(result: Picture, ideal: Uint8Array, mask: Uint8Array): SeamFigures {
  const { width, height, data } = result;
  const isOpen = (x: number, y: number) => mask[y * width + x]! >= 128;
  const near = new Uint8Array(mask.length);
  const steps: number[] = [];
  for (let y = REACH; y < height - REACH; y++) {
    for (let x = REACH; x < width - REACH; x++) {
      if (!isOpen(x, y) || (isOpen(x - 1, y) && isOpen(x + 1, y) && isOpen(x, y - 1) && isOpen(x, y + 1))) continue;
      const sums = { inside: [0, 0, 0], outside: [0, 0, 0], in: 0, out: 0 };
      for (let dy = -REACH; dy <= REACH; dy++) {
        for (let dx = -REACH; dx <= REACH; dx++) {
          const pixel = (y + dy) * width + x + dx;
          const open = mask[pixel]! >= 128;
          for (let channel = 0; channel < 3; channel++) {
            (open ? sums.inside : sums.outside)[channel]! += data[pixel * 3 + channel]! - ideal[pixel * 3 + channel]!;
          }
          if (open) sums.in++;
          else sums.out++;
        }
      }
      if (sums.in < 4 || sums.out < 4) continue;
      steps.push(
        [0, 1, 2].reduce((sum, c) => sum + Math.abs(sums.inside[c]! / sums.in - sums.outside[c]! / sums.out) / 3, 0),
      );
      for (let dy = -BAND; dy <= BAND; dy++) {
        const row = y + dy;
        if (row < 0 || row >= height) continue;
        near.fill(1, row * width + Math.max(0, x - BAND), row * width + Math.min(width, x + BAND + 1));
      }
    }
  }
  const differences: number[] = [];
  for (let pixel = 0; pixel < near.length; pixel += 3) {
    if (near[pixel] !== 1) continue;
    const of = (pixels: Uint8Array) => lab(pixels[pixel * 3]!, pixels[pixel * 3 + 1]!, pixels[pixel * 3 + 2]!);
    differences.push(ciede2000(of(data), of(ideal)));
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const sorted = Float64Array.from(differences).toSorted();
  return { jump: mean(steps), difference: mean(differences), worst: sorted[Math.floor(sorted.length * 0.95)]! };
}

type Lab = readonly [lightness: number, a: number, b: number];

const LINEAR = Float64Array.from({ length: 256 }, (_, level) =>
  level / 255 <= 0.04045 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4,
);

/** CIELAB of an sRGB colour, under D65. */
function lab(red: number, green: number, blue: number): Lab {
  const [r, g, b] = [LINEAR[red]!, LINEAR[green]!, LINEAR[blue]!];
  const f = (value: number) => (value > 216 / 24389 ? Math.cbrt(value) : (value * 24389) / 27 / 116 + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** The difference of two colours (CIE 142-2001). */
export function ciede2000([l1, a1, b1]: Lab, [l2, a2, b2]: Lab): number {
  const degrees = Math.PI / 180;
  const chroma = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2;
  const stretch = 1.5 - 0.5 * Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7));
  const [c1, c2] = [Math.hypot(a1 * stretch, b1), Math.hypot(a2 * stretch, b2)];
  const angle = (a: number, b: number) => (Math.atan2(b, a * stretch) / degrees + 360) % 360;
  const [h1, h2] = [angle(a1, b1), angle(a2, b2)];
  let turn = c1 * c2 === 0 ? 0 : h2 - h1;
  if (turn > 180) turn -= 360;
  if (turn < -180) turn += 360;
  let hue = h1 + h2;
  if (c1 * c2 > 0) hue = Math.abs(h1 - h2) <= 180 ? hue / 2 : hue < 360 ? hue / 2 + 180 : hue / 2 - 180;
  const light = (l1 + l2) / 2;
  const c = (c1 + c2) / 2;
  const cos = (value: number) => Math.cos(value * degrees);
  const t = 1 - 0.17 * cos(hue - 30) + 0.24 * cos(2 * hue) + 0.32 * cos(3 * hue + 6) - 0.2 * cos(4 * hue - 63);
  const dl = (l2 - l1) / (1 + (0.015 * (light - 50) ** 2) / Math.sqrt(20 + (light - 50) ** 2));
  const dc = (c2 - c1) / (1 + 0.045 * c);
  const dh = (2 * Math.sqrt(c1 * c2) * Math.sin((turn / 2) * degrees)) / (1 + 0.015 * c * t);
  const rotation =
    -2 * Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7)) * Math.sin(60 * degrees * Math.exp(-(((hue - 275) / 25) ** 2)));
  return Math.sqrt(dl ** 2 + dc ** 2 + dh ** 2 + rotation * dc * dh);
}
