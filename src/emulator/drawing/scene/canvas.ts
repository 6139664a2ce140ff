import type { Colour } from './palette.ts';
import type { Pixels } from '../picture.ts';

/** An opaque RGB picture to paint on. Coordinates are pixels from the top left. */
export class Canvas implements Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Uint8Array(width * height * 3);
  }

  /** Fills the canvas with a gradient from top to bottom, tilted by `lean` (share of the height). */
  gradient(high: Colour, low: Colour, lean: number): void {
    const { width, height } = this;
    const leans = Float64Array.from({ length: width }, (_, x) => lean * (x / width - 0.5));
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const share = clamp(y / height + (leans[x] ?? 0));
        this.#put(y * width + x, high, low, share);
      }
    }
  }

  /** Paints a disc with an edge of one soft pixel; `glow` is the reach of its halo, in radii. */
  disc(disc: { x: number; y: number; radius: number; colour: Colour; alpha: number; glow: number }): void {
    const { x: cx, y: cy, radius, colour, alpha, glow } = disc;
    const reach = radius * (1 + glow) + 1;
    const [left, right] = [Math.max(0, Math.floor(cx - reach)), Math.min(this.width, Math.ceil(cx + reach))];
    const [top, bottom] = [Math.max(0, Math.floor(cy - reach)), Math.min(this.height, Math.ceil(cy + reach))];
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) {
        const squared = (x + 0.5 - cx) ** 2 + (y + 0.5 - cy) ** 2;
        if (squared > reach * reach) continue;
        const away = Math.sqrt(squared) - radius;
        const edge = clamp(0.5 - away);
        const light = glow > 0 ? 0.45 * clamp(1 - away / (radius * glow)) ** 2 : 0;
        this.blend(y * this.width + x, colour, alpha * Math.max(edge, light));
      }
    }
  }

  /** Fills the area below a line, whose y is `line(x)`; the colour fades towards `foot` at the bottom. */
  below(line: (x: number) => number, colour: Colour, foot: Colour): void {
    const { width, height } = this;
    const tops = Float64Array.from({ length: width }, (_, x) => line(x));
    const firsts = Int32Array.from(tops, (top) => Math.max(0, Math.floor(top)));
    // Row by row, as the pixels are stored.
    for (let y = firsts.reduce((least, first) => Math.min(least, first), height); y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const first = firsts[x] ?? height;
        if (y < first) continue;
        const top = tops[x] ?? height;
        const index = y * width + x;
        if (y === first) this.blend(index, colour, clamp(y + 1 - top));
        else this.#put(index, colour, foot, clamp((y - top) / (height - top + 1)) * 0.6);
      }
    }
  }

  /** Paints a thin horizontal stroke whose ends fade out. */
  streak(stroke: { left: number; right: number; y: number; height: number; colour: Colour; alpha: number }): void {
    const { left, right, colour, alpha } = stroke;
    const [middle, half] = [(left + right) / 2, (right - left) / 2];
    const bottom = Math.min(this.height, Math.ceil(stroke.y + stroke.height));
    for (let y = Math.max(0, Math.floor(stroke.y)); y < bottom; y += 1) {
      for (let x = Math.max(0, Math.floor(left)); x < Math.min(this.width, right); x += 1) {
        this.blend(y * this.width + x, colour, alpha * clamp(1 - ((x - middle) / half) ** 2));
      }
    }
  }

  /** Blends a colour over one pixel; `alpha` from 0 to 1. */
  blend(index: number, colour: Colour, alpha: number): void {
    const { data } = this;
    const at = index * 3;
    const [red, green, blue] = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
    data[at] = red + (colour[0] - red) * alpha;
    data[at + 1] = green + (colour[1] - green) * alpha;
    data[at + 2] = blue + (colour[2] - blue) * alpha;
  }

  #put(index: number, from: Colour, to: Colour, share: number): void {
    const { data } = this;
    data[index * 3] = from[0] + (to[0] - from[0]) * share;
    data[index * 3 + 1] = from[1] + (to[1] - from[1]) * share;
    data[index * 3 + 2] = from[2] + (to[2] - from[2]) * share;
  }
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
