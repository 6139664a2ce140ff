import { ASPECT_RATIOS_V4 } from '../../firefly/contract/paid/generate-images-v4.ts';
import type { ModelVersionV3 } from '../../firefly/contract/common.ts';
import type { GenerateImageInput } from './generation-rules.ts';
import { describeRatio, largestOfRatio, type AskedRatio } from '../arguments/asked-ratio.ts';
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
export function chooseSize(
  input: Pick<GenerateImageInput, 'size'>,
  header: ModelVersionV3,
  asked?: AskedRatio,
): ChosenSize {
  const sizes = SIZES[header];
  const others = ({ width, height }: Pair) =>
    elsewhere((other) => other.some((each) => each.width === width && each.height === height), header);
  const size = input.size === undefined ? undefined : legalSize(input.size, header, sizes, others);
  if (asked === undefined) return { size, warnings: [] };
  const { ratio } = asked;
  if (size !== undefined) return agreeing(size, ratio);
  const named = sizeOfRatio(ratio, sizes);
  const chosen = named ?? (asked.like === undefined ? undefined : nearestOfRatio(ratio, sizes));
  if (chosen === undefined) throw noSuchRatio(ratio, header, sizes);
  const warnings = inexact(chosen, asked, named === undefined ? header : undefined);
  return { size: { width: chosen.width, height: chosen.height }, warnings };
}

/**
 * The aspect ratio for Image 5; the nearest one where it is that of a picture. `auto` is for requests with a reference picture, so it is not offered here.
 * @throws Problem `invalid_argument`
 */
export function chooseRatioV4(
  asked: AskedRatio | undefined,
): Exclude<(typeof ASPECT_RATIOS_V4)[number], 'auto'> | undefined {
  if (asked === undefined) return undefined;
  const { ratio } = asked;
  const legal = ASPECT_RATIOS_V4.filter((name) => name !== 'auto');
  const found = legal.find((name) => name === reduced(ratio));
  if (found !== undefined) return found;
  const shapes = legal.map((name) => ({ name, shape: parseRatio(name) ?? ratio }));
  const [near] = shapes.toSorted((a, b) => shapeDistance(ratio, a.shape) - shapeDistance(ratio, b.shape));
  if (near !== undefined && asked.like !== undefined) return near.name;
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
  const [first] = sizes;
  const wanted = readSize(text, `Use a size of ${owner}: ${names(sizes)}.`, first && sizeName(first));
  if (sizes.some((size) => sizeName(size) === sizeName(wanted))) return wanted;
  const near = nearestSizes(wanted, sizes).map(sizeName);
  throw invalidArgument(
    `${owner} cannot make ${sizeName(wanted)}; the nearest sizes are ${near.join(' and ')}.`,
    `Use a size of ${owner}: ${names(sizes)}.${hint(wanted)}`,
  );
}

/**
 * "2048x1152" as two numbers.
 * @param example a size as it is written, for those who wrote another form
 * @throws Problem `invalid_argument`
 */
export function readSize(text: string, next: string, example = '2048x2048'): Pair {
  const size = parseSize(text);
  if (size !== undefined) return size;
  throw invalidArgument(`size is not of the form "${example}".`, next);
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

/**
 * A warning where a size has not exactly the ratio, with the part that has it.
 * @param nearest the model, where it has no size that Adobe calls by this ratio
 */
function inexact(size: PictureSize, asked: AskedRatio, nearest: ModelVersionV3 | undefined): readonly string[] {
  const { ratio } = asked;
  if (reduced(size) === reduced(ratio)) return [];
  const part = largestOfRatio(size, ratio);
  const exactly = reduced(part) === reduced(ratio) ? `exactly ${reduced(ratio)}` : 'that shape';
  const said =
    nearest === undefined
      ? `${sizeName(size)} is what Adobe calls ${reduced(ratio)}; exactly it is ${reduced(size)}.`
      : `Asked for is ${describeRatio(asked)}; the nearest size of ${nearest} is ${sizeName(size)}, ${reduced(size)}.`;
  return [`${said} save_image with size "${sizeName(part)}" cuts it to ${exactly}, free.`];
}

function names(sizes: readonly PictureSize[]): string {
  return sizes.map(sizeName).join(', ');
}
