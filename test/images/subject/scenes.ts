import { readFileSync } from 'node:fs';
import { seededRandom } from '../../../src/emulator/drawing/seeded-random.ts';
import { drawShapes } from '../../../src/images/masks/drawing/draw.ts';
import { HALF_OPEN } from '../../../src/images/masks/mask.ts';
import { eventLoopTurns } from '../../../src/images/masks/pace.ts';
import type { Area, PicturePoint, RgbPicture } from '../../../src/images/subject/types.ts';
import { photograph } from '../composites/scenes.ts';

export type Outline = readonly PicturePoint[];
type Colour = readonly [red: number, green: number, blue: number];

/** A picture with the outline of its subject, and the pixels that are inside. */
export interface Scene {
  readonly picture: RgbPicture;
  readonly outline: Outline;
  readonly truth: Area;
}

/** What is drawn: forms and colours of a subject on a ground. */
export interface Drawing {
  readonly form?: 'blob' | 'star' | 'notch' | Outline;
  /** Colours of the subject's squares. */
  readonly subject?: readonly [Colour, Colour];
  /** Colours of the ground at its top and bottom. */
  readonly ground?: readonly [Colour, Colour];
  /** Most that noise adds to a colour or takes from it. */
  readonly noise?: number;
  readonly seed?: number | string;
}

/** Size of drawn scenes, and small ones for quick tests. */
const SIZE = { width: 640, height: 480 };
export const SMALL = { width: 280, height: 210 };
export const TINY = { width: 120, height: 90 };
const GREYS: readonly [Colour, Colour] = [
  [98, 118, 124],
  [102, 122, 126],
];

/** Scenes by name; in the last one subject and ground have the same colours. */
export const DRAWINGS = {
  blob: {},
  noise: { noise: 45 },
  notch: { form: 'notch' },
  star: { form: 'star' },
  camouflage: { subject: GREYS, ground: GREYS, noise: 14 },
} as const satisfies Readonly<Record<string, Drawing>>;

/** One of the two photographs, with the outline of a subject that was drawn by hand. */
export async function photographed(subject: 'portrait' | 'set' | 'cup'): Promise<Scene> {
  const picture = await photograph(subject === 'portrait' ? 'portrait' : 'product');
  const outline = JSON.parse(readFileSync(new URL(`${subject}.outline.json`, import.meta.url), 'utf8')) as Outline;
  return { picture, outline, truth: await inside(outline, picture) };
}

/** Draws a scene. */
export async function drawn(drawing: Drawing, size = SIZE): Promise<Scene> {
  const { form = 'blob', noise = 10, seed = 7 } = drawing;
  const [light, dark] = drawing.subject ?? [
    [200, 90, 50],
    [240, 220, 190],
  ];
  const [top, bottom] = drawing.ground ?? [
    [70, 90, 110],
    [130, 150, 140],
  ];
  const outline = typeof form === 'string' ? outlineOf(form, size) : form;
  const cover = await drawShapes(
    [{ shape: 'polygon', unit: 'pixels', points: outline.map((p) => [...p]) }],
    size,
    eventLoopTurns(),
  );
  const random = seededRandom(`${seed}`);
  const data = new Uint8Array(size.width * size.height * 3);
  for (let at = 0; at < data.length; at++) {
    const [pixel, channel] = [Math.floor(at / 3), at % 3];
    const [x, y] = [pixel % size.width, Math.floor(pixel / size.width)];
    const square = ((x >> 4) + (y >> 4)) % 2 === 0 ? light : dark;
    const share = cover.data[pixel]! / 255;
    const ground = top[channel]! + ((bottom[channel]! - top[channel]!) * y) / size.height;
    const level = square[channel]! * share + ground * (1 - share) + random.between(-noise, noise);
    data[at] = Math.max(0, Math.min(255, Math.round(level)));
  }
  const truth = { ...size, data: cover.data.map((value) => (value >= HALF_OPEN ? 1 : 0)) };
  return { picture: { ...size, data }, outline, truth };
}

/** A scene of forms and colours by chance: a lumpy outline, its colours apart from those of the ground. */
export function drawnByChance(seed: number, size = SIZE): Promise<Scene> {
  const random = seededRandom(`scene ${seed}`);
  const waves = [2, 3, 4, 5].map((times) => ({
    times,
    height: random.between(-0.5, 0.5) / times,
    phase: random.between(0, 2 * Math.PI),
  }));
  const [middleX, middleY] = [random.between(0.4, 0.6) * size.width, random.between(0.4, 0.6) * size.height];
  const [radiusX, radiusY] = [random.between(0.12, 0.3) * size.width, random.between(0.15, 0.32) * size.height];
  const form = around(
    (angle) => 1 + waves.reduce((sum, { times, height, phase }) => sum + height * Math.sin(times * angle + phase), 0),
    {
      middleX,
      middleY,
      radiusX,
      radiusY,
    },
  );
  const colour = (): Colour => [random.between(20, 235), random.between(20, 235), random.between(20, 235)];
  const apart = (one: Colour, other: Colour) => one.reduce((sum, value, i) => sum + Math.abs(value - other[i]!), 0);
  let subject: readonly [Colour, Colour];
  let ground: readonly [Colour, Colour];
  do {
    subject = [colour(), colour()];
    ground = [colour(), colour()];
  } while (subject.some((one) => ground.some((other) => apart(one, other) < 120)));
  return drawn({ form, subject, ground, noise: random.between(3, 30), seed: `noise ${seed}` }, size);
}

/** The pixels inside an outline. */
async function inside(outline: Outline, { width, height }: RgbPicture): Promise<Area> {
  const points = outline.map((point) => [...point]);
  const { data } = await drawShapes(
    [{ shape: 'polygon', unit: 'pixels', points }],
    { width, height },
    eventLoopTurns(),
  );
  return { width, height, data: data.map((value) => (value >= HALF_OPEN ? 1 : 0)) };
}

function outlineOf(form: 'blob' | 'star' | 'notch', size: typeof SIZE): Outline {
  const place = {
    middleX: size.width * 0.52,
    middleY: size.height * 0.5,
    radiusX: size.width * 0.24,
    radiusY: size.height * 0.34,
  };
  switch (form) {
    case 'blob':
      return around((angle) => 1 + 0.16 * Math.sin(3 * angle + 1) + 0.07 * Math.sin(7 * angle), place);
    case 'star':
      return around((angle) => 0.62 + 0.38 * Math.cos(5 * angle), place);
    case 'notch': {
      const corners = [
        [-0.9, -0.9],
        [-0.4, -0.9],
        [-0.4, -0.1],
        [0.4, -0.1],
        [0.4, -0.9],
        [0.9, -0.9],
        [0.9, 0.9],
        [-0.9, 0.9],
      ];
      return corners.map(([x, y]) => [place.middleX + x! * place.radiusX, place.middleY + y! * place.radiusY]);
    }
  }
}

/** An outline by its distance from the middle at each angle. */
function around(
  radius: (angle: number) => number,
  { middleX, middleY, radiusX, radiusY }: { middleX: number; middleY: number; radiusX: number; radiusY: number },
): Outline {
  return Array.from({ length: 360 }, (_, degree): PicturePoint => {
    const angle = (degree * Math.PI) / 180;
    return [middleX + radius(angle) * radiusX * Math.cos(angle), middleY + radius(angle) * radiusY * Math.sin(angle)];
  });
}
