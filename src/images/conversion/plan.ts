import { Problem } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { mediumOf, type StillType } from '../media.ts';
import type { Size } from '../size.ts';

/** A part of a picture. */
interface Area extends Size {
  readonly left: number;
  readonly top: number;
}

/** What a call asks of a copy; the original is copied where nothing is asked. */
interface CopyRequest {
  /** "1000x1000"; with one side only, the other follows. */
  readonly size?: string | undefined;
  /** The side that stays where the size has another shape, or a box "x,y,width,height" in pixels or percent. */
  readonly crop?: string | undefined;
  readonly format?: StillType | undefined;
}

/** A copy that differs from its original. */
export interface ConversionPlan {
  /** The part that is taken, pixels of the original. */
  readonly box: Area;
  readonly size: Size;
  readonly format: StillType;
}

/** Longest side that a format can have, pixels (WebP container specification; JPEG, ITU-T T.81). */
export const LONGEST: Readonly<Record<StillType, number>> = {
  'image/jpeg': 65_535,
  'image/png': 65_535,
  'image/webp': 16_383,
};

/** Share of what is cut off that is cut off at the left, and at the top. */
type Anchor = readonly [x: number, y: number];

const CENTER: Anchor = [0.5, 0.5];
const ANCHORS: Readonly<Record<string, Anchor>> = {
  center: CENTER,
  centre: CENTER,
  middle: CENTER,
  left: [0, 0.5],
  right: [1, 0.5],
  top: [0.5, 0],
  bottom: [0.5, 1],
};

/**
 * What has to be done for a copy; undefined where the original is one. Nothing is ever stretched: where the size has
 * another shape, what is too much is cut off. Checked before any memory is taken.
 * @throws Problem `invalid_argument`, `picture_too_large`
 */
export function planConversion(
  original: Size & { readonly mimeType: StillType },
  wanted: CopyRequest,
): ConversionPlan | undefined {
  const format = wanted.format ?? original.mimeType;
  const crop = wanted.crop === undefined ? { anchor: CENTER } : readCrop(wanted.crop, original);
  if (crop === undefined) {
    throw refused(
      `crop is neither a side nor a box within the ${original.width}x${original.height} picture.`,
      'Write center, left, right, top or bottom beside a size, or a box "x,y,width,height" in pixels or percent, such as "10%,0,80%,100%".',
    );
  }
  const part = crop.box ?? { left: 0, top: 0, width: original.width, height: original.height };
  if (wanted.crop !== undefined && crop.box === undefined && wanted.size === undefined) {
    throw refused(
      'crop without a size says nothing to cut to.',
      'Give size too, or crop as a box such as "10%,0,80%,100%".',
    );
  }
  const size = wanted.size === undefined ? { width: part.width, height: part.height } : sizeIn(wanted.size, part);
  const box = cutTo(part, size, crop.anchor);
  requireLimits(size, format);
  const isWhole = box.width === original.width && box.height === original.height;
  const isSized = size.width === original.width && size.height === original.height;
  return isWhole && isSized && format === original.mimeType ? undefined : { box, size, format };
}

function sizeIn(text: string, part: Size): Size {
  const [, width = '', height = ''] = /^(\d{0,5}) ?[x×] ?(\d{0,5})$/i.exec(text.trim()) ?? [];
  const [wide, high] = [Number(width), Number(height)];
  if (wide === 0 && high === 0) throw refused(`"${quoteUntrusted(text, 40)}" is no size.`, sizeHint(text));
  return {
    width: wide === 0 ? Math.max(1, Math.round((high * part.width) / part.height)) : wide,
    height: high === 0 ? Math.max(1, Math.round((wide * part.height) / part.width)) : high,
  };
}

const LENGTHS =
  /^\s*(\d{1,4}(?:[.,]\d{1,2})?)\s*(mm|cm|in|inch(?:es)?|")?\s*[x×]\s*(\d{1,4}(?:[.,]\d{1,2})?)\s*(mm|cm|in|inch(?:es)?|")\s*$/i;
/** Resolutions of a print that is looked at from near, and of a poster; dots an inch. */
const RESOLUTIONS = [300, 150];

/** How to write a size: of one number what it may mean, of a size of paper its pixels. */
function sizeHint(text: string): string {
  const alone = /^\s*(\d{1,5})\s*(?:px)?\s*$/i.exec(text)?.[1];
  if (alone !== undefined && Number(alone) > 0) {
    return `Write "${alone}x${alone}", or "${alone}x" for the width alone, or "x${alone}" for the height.`;
  }
  const [, width = '', first, height = '', second = ''] = LENGTHS.exec(text) ?? [];
  if (width === '' || (first !== undefined && first.toLowerCase() !== second.toLowerCase())) {
    return 'Write pixels such as "1000x1000", or "1200x" for the width alone.';
  }
  const inch = /^mm$/i.test(second) ? 25.4 : /^cm$/i.test(second) ? 2.54 : 1;
  const pixels = (side: string, dpi: number) => Math.round((Number(side.replace(',', '.')) * dpi) / inch);
  const sizes = RESOLUTIONS.map((dpi) => `"${pixels(width, dpi)}x${pixels(height, dpi)}" at ${dpi} dpi`);
  return `Write it in pixels: ${sizes.join(', ')}.`;
}

/** The largest box of the shape of `size` within `part`. */
function cutTo(part: Area, size: Size, [x, y]: Anchor): Area {
  const scale = Math.min(part.width / size.width, part.height / size.height);
  const width = clamp(Math.round(size.width * scale), part.width);
  const height = clamp(Math.round(size.height * scale), part.height);
  const left = part.left + Math.round((part.width - width) * x);
  const top = part.top + Math.round((part.height - height) * y);
  return { left, top, width, height };
}

/** What stays of a picture: the part that a box holds, or what an anchor leaves where the size has another shape. */
interface Crop {
  readonly anchor: Anchor;
  /** Pixels of the picture. */
  readonly box?: Area;
}

/** Reads a crop; undefined for a text that names neither a side nor a box within the picture. */
export function readCrop(text: string, { width, height }: Size): Crop | undefined {
  const side = text.trim().toLowerCase();
  const anchor = Object.hasOwn(ANCHORS, side) ? ANCHORS[side] : undefined;
  if (anchor !== undefined) return { anchor };
  const parts = text.split(/[,;\s]+/).filter((part) => part !== '');
  const sides = [width, height, width, height];
  const [left = NaN, top = NaN, wide = NaN, high = NaN] = sides.map((length, index) =>
    pixelsIn(parts[index] ?? '', length),
  );
  const isInside = wide >= 1 && high >= 1 && left >= 0 && top >= 0 && left + wide <= width && top + high <= height;
  return parts.length === 4 && isInside ? { anchor: CENTER, box: { left, top, width: wide, height: high } } : undefined;
}

function pixelsIn(text: string, side: number): number {
  const [, number = '', percent] = /^(\d{1,5}(?:\.\d{1,6})?)(%|px)?$/.exec(text) ?? [];
  if (number === '') return NaN;
  return Math.round(percent === '%' ? (Number(number) / 100) * side : Number(number));
}

function requireLimits({ width, height }: Size, format: StillType): void {
  const longest = LONGEST[format];
  const { mostPixels, name } = mediumOf(format);
  if (width * height <= mostPixels && Math.max(width, height) <= longest) return;
  const limit = `${mostPixels / 1e6} million pixels and ${longest} a side are the limit of ${name}`;
  throw new Problem('picture_too_large', `A copy of ${width}x${height} is too large; ${limit}.`, {
    next: 'Ask for a smaller size.',
  });
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(1, value));
}

function refused(message: string, next: string): Problem {
  return new Problem('invalid_argument', message, { next });
}
