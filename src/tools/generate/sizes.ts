import { lowestTerms } from '../../images/composites/box.ts';
import type { ModelVersionV3 } from '../../firefly/contract/common.ts';

/** Pixels of a picture. `ratio` is the name that Adobe gives the size, which is not always its exact ratio. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly ratio: string;
}

const size = (width: number, height: number, ratio: string): PictureSize => ({ width, height, ratio });

/** Exactly these pairs; Adobe refuses any other (OpenAPI `GenerateImagesRequestV3.size`, and the list in a live 400). */
const IMAGE3: readonly PictureSize[] = [
  size(2048, 2048, '1:1'),
  size(1024, 1024, '1:1'),
  size(2304, 1792, '4:3'),
  size(1792, 2304, '3:4'),
  size(2688, 1536, '16:9'),
  size(2688, 1512, '16:9'),
  size(1344, 768, '7:4'),
  size(1344, 756, '7:4'),
  size(1152, 896, '9:7'),
  size(896, 1152, '7:9'),
];

const IMAGE4: readonly PictureSize[] = [
  size(2048, 2048, '1:1'),
  size(2304, 1792, '4:3'),
  size(1792, 2304, '3:4'),
  size(2688, 1536, '16:9'),
  size(1440, 2560, '9:16'),
];

/** Legal sizes per value of `x-model-version`; custom models take those of their base model. */
export const SIZES: Readonly<Record<ModelVersionV3, readonly PictureSize[]>> = {
  image3: IMAGE3,
  image3_custom: IMAGE3,
  image4_standard: IMAGE4,
  image4_ultra: IMAGE4,
  image4_custom: IMAGE4,
};

/** Legal sizes of fill (OpenAPI `FillImageRequestV3.size`); without a size Adobe chooses. */
export const FILL_SIZES: readonly PictureSize[] = [
  size(2048, 2048, '1:1'),
  size(1024, 1024, '1:1'),
  size(2304, 1792, '4:3'),
  size(1792, 2304, '3:4'),
  size(2688, 1536, '16:9'),
  size(1344, 768, '7:4'),
  size(1152, 896, '9:7'),
  size(896, 1152, '7:9'),
];

/** What fill, variations and scenes around an object get without a size, whatever the picture (OpenAPI default of `size`). */
export const ADOBES_DEFAULT_SIZE: Pair = { width: 2048, height: 2048 };

/** Legal sizes of a video (Adobe's usage notes). */
export const VIDEO_SIZES: readonly PictureSize[] = [
  size(1920, 1080, '16:9'),
  size(1280, 720, '16:9'),
  size(960, 540, '16:9'),
  size(1080, 1920, '9:16'),
  size(720, 1280, '9:16'),
  size(540, 960, '9:16'),
  size(1080, 1080, '1:1'),
  size(720, 720, '1:1'),
  size(540, 540, '1:1'),
];

/** Two positive whole numbers. */
export interface Pair {
  readonly width: number;
  readonly height: number;
}

/** Reads "2048x2048" (also with ×, * or blanks); undefined for anything else. */
export function parseSize(text: string): Pair | undefined {
  return parsePair(text, /^\s*(\d{1,5})\s*(?:px)?\s*(?:[x×*]|by)\s*(\d{1,5})\s*(?:px)?\s*$/i);
}

/** Adobe's names of shapes, beside the ratios that it gives them. */
const NAMED_RATIOS: ReadonlyMap<string, Pair> = new Map([
  ['square', { width: 1, height: 1 }],
  ['landscape', { width: 4, height: 3 }],
  ['portrait', { width: 3, height: 4 }],
  ['widescreen', { width: 16, height: 9 }],
  ['vertical', { width: 9, height: 16 }],
]);

/** A ratio of films, such as 2.39:1. */
const DECIMAL_RATIO = /^\s*(\d{1,2}(?:\.\d{1,3})?)\s*[:/]\s*(\d{1,2}(?:\.\d{1,3})?)\s*$/;

/** Reads "16:9" (also "16/9", "16x9", "16 by 9", "2.39:1", "square" or "widescreen"); undefined for anything else. */
export function parseRatio(text: string): Pair | undefined {
  const named = NAMED_RATIOS.get(text.trim().toLowerCase());
  if (named !== undefined) return named;
  const [, wide, high] = text.includes('.') ? (DECIMAL_RATIO.exec(text) ?? []) : [];
  if (wide !== undefined && high !== undefined) {
    const pair = { width: Math.round(Number(wide) * 1000), height: Math.round(Number(high) * 1000) };
    return pair.width > 0 && pair.height > 0 ? lowestTerms(pair) : undefined;
  }
  return parsePair(text, /^\s*(\d{1,5})\s*(?:[:：/x×*-]|by|to)\s*(\d{1,5})\s*$/i);
}

function parsePair(text: string, form: RegExp): Pair | undefined {
  const [, first, second] = form.exec(text) ?? [];
  const pair = { width: Number(first), height: Number(second) };
  return pair.width > 0 && pair.height > 0 ? pair : undefined;
}

/** "16:9" for 32:18. */
export function reduced({ width, height }: Pair): string {
  const terms = lowestTerms({ width, height });
  return `${terms.width}:${terms.height}`;
}

/** "2048x2048". */
export function sizeName({ width, height }: Pair): string {
  return `${width}x${height}`;
}

/** The largest size of exactly this ratio; else the largest that Adobe names by it. */
export function sizeOfRatio(ratio: Pair, sizes: readonly PictureSize[]): PictureSize | undefined {
  const name = reduced(ratio);
  const exact = sizes.filter((candidate) => reduced(candidate) === name);
  const named = sizes.filter((candidate) => candidate.ratio === name);
  return largest(exact) ?? largest(named);
}

/** Ratios that a caller may name for these sizes: Adobe's names, then exact ones. */
export function ratioNames(sizes: readonly PictureSize[]): readonly string[] {
  return [...new Set([...sizes.map((candidate) => candidate.ratio), ...sizes.map(reduced)])];
}

/** The two legal sizes nearest to a wanted one, by shape first and area second. */
export function nearestSizes(wanted: Pair, sizes: readonly PictureSize[]): readonly PictureSize[] {
  return byDistance(sizes, (candidate) => 2 * shapeDistance(wanted, candidate) + areaDistance(wanted, candidate)).slice(
    0,
    2,
  );
}

/** The size whose shape is nearest to a ratio; the largest among equals. */
export function nearestOfRatio(ratio: Pair, sizes: readonly PictureSize[]): PictureSize | undefined {
  return byDistance(
    sizes.toSorted((a, b) => area(b) - area(a)),
    (candidate) => shapeDistance(ratio, candidate),
  )[0];
}

/**
 * The size for an edit of a picture: the nearest in shape, and among those of one shape the smallest that loses no pixels,
 * else the largest.
 */
export function sizeForPicture(picture: Pair, sizes: readonly PictureSize[]): Pair | undefined {
  const nearest = Math.min(...sizes.map((each) => shapeDistance(picture, each)));
  const ofShape = sizes.filter((each) => shapeDistance(picture, each) - nearest < 1e-9);
  const byArea = ofShape.toSorted((a, b) => area(a) - area(b));
  const chosen = byArea.find((each) => area(each) >= area(picture)) ?? byArea.at(-1);
  return chosen && { width: chosen.width, height: chosen.height };
}

/** Difference of two shapes: 0 for equal ones, 0.69 for twice as wide. */
export function shapeDistance(a: Pair, b: Pair): number {
  return Math.abs(Math.log(a.width / a.height) - Math.log(b.width / b.height));
}

function areaDistance(a: Pair, b: Pair): number {
  return Math.abs(Math.log(area(a)) - Math.log(area(b))) / 2;
}

function byDistance(sizes: readonly PictureSize[], distance: (size: PictureSize) => number): readonly PictureSize[] {
  return sizes.toSorted((a, b) => distance(a) - distance(b));
}

function largest(sizes: readonly PictureSize[]): PictureSize | undefined {
  return sizes.toSorted((a, b) => area(b) - area(a))[0];
}

function area({ width, height }: Pair): number {
  return width * height;
}
