import type { RgbPicture } from '../../types.ts';
import { cubeRoot, exponential, logarithm } from '../../pixels/arithmetic.ts';

/** White of D65, by which X and Z are divided; that of Y is 1. */
const WHITE = { x: 0.95047, z: 1.08883 };

/** Linear light of each sRGB byte, IEC 61966-2-1. */
const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : exponential(2.4 * logarithm((value + 0.055) / 1.055));
});

/** CIE L*a*b* of each pixel, three numbers each: distances in it are about those that people see. */
export function labOf({ data }: RgbPicture): Float32Array {
  const lab = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    const red = LINEAR[data[i] ?? 0] ?? 0;
    const green = LINEAR[data[i + 1] ?? 0] ?? 0;
    const blue = LINEAR[data[i + 2] ?? 0] ?? 0;
    const x = lightness((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / WHITE.x);
    const y = lightness(0.2126729 * red + 0.7151522 * green + 0.072175 * blue);
    const z = lightness((0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / WHITE.z);
    lab[i] = 116 * y - 16;
    lab[i + 1] = 500 * (x - y);
    lab[i + 2] = 200 * (y - z);
  }
  return lab;
}

/** The compression of CIE 15: a cube root, and a straight line near black. */
function lightness(share: number): number {
  return share > 216 / 24389 ? cubeRoot(share) : ((24389 / 27) * share + 16) / 116;
}
