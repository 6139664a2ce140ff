import { createHash } from 'node:crypto';

/** Colour of a pixel, 0–255 each. */
type Rgb = readonly [red: number, green: number, blue: number];

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly colour: Rgb;
}

/** What a picture shows; everything in fractions of the picture's width and height. */
export interface Scene {
  readonly sky: Rgb;
  readonly ground: Rgb;
  readonly angle: number;
  readonly discs: readonly Disc[];
}

const DISCS = 9;

/** The scene that belongs to these words: the same for the same words, another one for any other. */
export function sceneOf(...words: readonly (string | number)[]): Scene {
  const next = numbersFrom(createHash('sha256').update(words.join('\u0000')).digest());
  const hue = next() * 360;
  const colour = (turn: number, lightness: number): Rgb => fromHsl((hue + turn) % 360, 0.45 + next() * 0.4, lightness);
  return {
    sky: colour(0, 0.72),
    ground: colour(140 + next() * 80, 0.32),
    angle: next() * Math.PI * 2,
    discs: Array.from({ length: DISCS }, (_, place) => ({
      x: next(),
      y: next(),
      radius: 0.06 + next() * 0.24,
      colour: colour(next() * 200, 0.3 + (place / DISCS) * 0.45),
    })),
  };
}

/** Paints a scene as packed RGB, three bytes a pixel, row by row. Meant for small sizes; scaling up is not done here. */
export function paint(scene: Scene, width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(width * height * 3);
  const [dx, dy] = [Math.cos(scene.angle), Math.sin(scene.angle)];
  const aspect = width / height;
  let offset = 0;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const [x, y] = [(column + 0.5) / width, (row + 0.5) / height];
      const [red, green, blue] = colourAt(scene, x, y, dx, dy, aspect);
      pixels[offset] = red;
      pixels[offset + 1] = green;
      pixels[offset + 2] = blue;
      offset += 3;
    }
  }
  return pixels;
}

function colourAt(scene: Scene, x: number, y: number, dx: number, dy: number, aspect: number): Rgb {
  const along = Math.min(1, Math.max(0, 0.5 + (x - 0.5) * dx + (y - 0.5) * dy));
  let colour = mix(scene.sky, scene.ground, along);
  for (const disc of scene.discs) {
    const distance = Math.hypot((x - disc.x) * Math.max(1, aspect), (y - disc.y) * Math.max(1, 1 / aspect));
    const cover = Math.min(1, Math.max(0, (disc.radius - distance) * 60));
    if (cover > 0) colour = mix(colour, disc.colour, cover * 0.8);
  }
  return colour;
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

function fromHsl(hue: number, saturation: number, lightness: number): Rgb {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (shift: number): number => {
    const k = (shift + hue / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

/** Numbers in [0, 1) from the bytes of a digest, two bytes each, round and round with a shift. */
function numbersFrom(digest: Uint8Array): () => number {
  let place = 0;
  return () => {
    const round = Math.floor((place * 2) / digest.length);
    const high = digest[(place * 2 + round) % digest.length] ?? 0;
    const low = digest[(place * 2 + 1 + round * 3) % digest.length] ?? 0;
    place += 1;
    return ((high << 8) | low) / 65536;
  };
}
