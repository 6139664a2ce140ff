import { ASPECT_RATIOS_V4 } from '../../firefly/contract/paid/generate-images-v4.ts';
import type { ModelVersionV3 } from '../../firefly/contract/common.ts';
import type { GenerateImageInput } from './generation-rules.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import {
  nearestOfRatio,
  nearestSizes,
  type Pair,
  parseRatio,
  parseSize,
  type PictureSize,
  ratioNames,
  reduced,
  shapeDistance,
  sizeName,
  sizeOfRatio,
  SIZES,
} from './sizes.ts';

/** The size for a request, and warnings about it. */
export interface ChosenSize {
  /** Undefined for Adobe's default, 2048x2048. */
  readonly size: Pair | undefined;
  readonly warnings: readonly string[];
}

/** Models that a refusal may suggest. */
const ALTERNATIVES = ['image4_standard', 'image4_ultra', 'image3'] as const;

/**
 * The exact size for a v3 model. A size that the model cannot make is refused with the nearest legal ones, never
 * changed silently.
 * @throws Problem `invalid_argument`
 */
export function chooseSize(input: GenerateImageInput, header: ModelVersionV3): ChosenSize {
  const sizes = SIZES[header];
  const others = ({ width, height }: Pair) =>
    elsewhere((other) => other.some((each) => each.width === width && each.height === height), header);
  const size = input.size === undefined ? undefined : legalSize(input.size, header, sizes, others);
  const ratio = input.aspect_ratio === undefined ? undefined : readRatio(input.aspect_ratio);
  if (ratio === undefined) return { size, warnings: [] };
  if (size !== undefined) return agreeing(size, ratio);
  const chosen = sizeOfRatio(ratio, sizes);
  if (chosen === undefined) throw noSuchRatio(ratio, header, sizes);
  return { size: { width: chosen.width, height: chosen.height }, warnings: inexact(chosen, ratio) };
}

/**
 * The aspect ratio for Image 5. `auto` is for requests with a reference picture, so it is not offered here.
 * @throws Problem `invalid_argument`
 */
export function chooseRatioV4(
  text: string | undefined,
): Exclude<(typeof ASPECT_RATIOS_V4)[number], 'auto'> | undefined {
  if (text === undefined) return undefined;
  const ratio = readRatio(text);
  const legal = ASPECT_RATIOS_V4.filter((name) => name !== 'auto');
  const found = legal.find((name) => name === reduced(ratio));
  if (found !== undefined) return found;
  const shapes = legal.map((name) => ({ name, shape: parseRatio(name) ?? ratio }));
  const [near] = shapes.toSorted((a, b) => shapeDistance(ratio, a.shape) - shapeDistance(ratio, b.shape));
  throw invalidArgument(
    `image5 has no aspect ratio ${reduced(ratio)}; the nearest is ${near?.name}.`,
    `Use one of ${legal.join(', ')}.`,
  );
}

/**
 * One of exactly these sizes.
 * @param owner name of the model or tool that makes these sizes only
 * @param hint extra sentence, with a leading space, for the error about an unsupported size
 * @throws Problem `invalid_argument` with the nearest ones
 */
export function legalSize(
  text: string,
  owner: string,
  sizes: readonly PictureSize[],
  hint: (wanted: Pair) => string = () => '',
): Pair {
  const wanted = readSize(text, `Use a size of ${owner}: ${names(sizes)}.`);
  if (sizes.some((size) => sizeName(size) === sizeName(wanted))) return wanted;
  const near = nearestSizes(wanted, sizes).map(sizeName);
  throw invalidArgument(
    `${owner} cannot make ${sizeName(wanted)}; the nearest sizes are ${near.join(' and ')}.`,
    `Use a size of ${owner}: ${names(sizes)}.${hint(wanted)}`,
  );
}

/** "2048x1152" as two numbers. @throws Problem `invalid_argument` */
export function readSize(text: string, next: string): Pair {
  const size = parseSize(text);
  if (size !== undefined) return size;
  throw invalidArgument('size is not of the form "2048x2048".', next);
}

/** "16:9" as two numbers. @throws Problem `invalid_argument` */
export function readRatio(text: string): Pair {
  const ratio = parseRatio(text);
  if (ratio !== undefined) return ratio;
  throw invalidArgument('aspect_ratio is not of the form "16:9".', 'Use for example 1:1, 4:3, 3:4, 16:9 or 9:16.');
}

function agreeing(size: Pair, ratio: Pair): ChosenSize {
  if (shapeDistance(size, ratio) < 0.05) return { size, warnings: [] };
  throw invalidArgument(
    `size ${sizeName(size)} and aspect_ratio ${reduced(ratio)} contradict each other.`,
    'Give only one of the two.',
  );
}

function noSuchRatio(ratio: Pair, header: ModelVersionV3, sizes: readonly PictureSize[]) {
  const near = nearestOfRatio(ratio, sizes);
  return invalidArgument(
    `${header} has no size of ${reduced(ratio)}; the nearest is ${near?.ratio} (${near && sizeName(near)}).`,
    `Ratios of ${header}: ${ratioNames(sizes).join(', ')}.${elsewhere((other) => sizeOfRatio(ratio, other) !== undefined, header)}`,
  );
}

function elsewhere(suits: (sizes: readonly PictureSize[]) => boolean, header: ModelVersionV3): string {
  // A custom model cannot be exchanged for another model.
  if (header.endsWith('_custom')) return '';
  const models = ALTERNATIVES.filter((model) => suits(SIZES[model]));
  return models.length === 0 ? '' : ` Possible with ${models.join(', ')}.`;
}

/** A warning where Adobe's name of a size is not its exact ratio. */
function inexact(size: PictureSize, ratio: Pair): readonly string[] {
  if (reduced(size) === reduced(ratio)) return [];
  return [`${sizeName(size)} is what Adobe calls ${reduced(ratio)}; exactly it is ${reduced(size)}.`];
}

function names(sizes: readonly PictureSize[]): string {
  return sizes.map(sizeName).join(', ');
}
