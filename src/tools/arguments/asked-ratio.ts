import { lowestTerms } from '../../images/composites/box.ts';
import { pictureNotLocal } from '../../images/problems.ts';
import { parseRatio, reduced, shapeDistance, type Pair } from '../generate/sizes.ts';
import type { Services, ToolCall } from '../definition/define.ts';
import { invalidArgument } from './invalid-argument.ts';

/** What `aspect_ratio` asks for. */
export interface AskedRatio {
  readonly ratio: Pair;
  /** Handle of the picture whose ratio it is: the nearest that there is will do then. */
  readonly like?: string;
}

const LIKE = /^\s*like\s*:\s*(.*\S)\s*$/is;

/** "16:9" as two numbers. @throws Problem `invalid_argument` */
export function readRatio(text: string): Pair {
  const ratio = parseRatio(text);
  if (ratio !== undefined) return ratio;
  throw invalidArgument(
    'aspect_ratio is not of the form "16:9".',
    'Use for example 1:1, 4:3, 3:4, 16:9 or 9:16, or "like:" with a picture, such as "like:last".',
  );
}

/**
 * The ratio that is asked for, in numbers or by a picture that has it (`like:img_…`, any picture that is stored here or in a
 * file).
 * @throws Problem `invalid_argument`, `picture_not_local`, and what opening pictures throws
 */
export async function askedRatio(
  text: string | undefined,
  { imageImport }: Pick<Services, 'imageImport'>,
  { caller }: Pick<ToolCall, 'caller'>,
): Promise<AskedRatio | undefined> {
  if (text === undefined) return undefined;
  const [, picture] = LIKE.exec(text) ?? [];
  if (picture === undefined) return { ratio: readRatio(text) };
  const opened = await imageImport.open(picture, caller, 'generated');
  if (opened.kind === 'local') return { ratio: ratioOf(opened.image), like: opened.image.id };
  throw pictureNotLocal(
    'aspect_ratio is that of a URL or upload id, whose size only Adobe knows.',
    'Name a picture that is stored here, a path, or a ratio such as "3:2".',
  );
}

/** "3:2, as img_…", or "3:2" where the caller gave the numbers. */
export function describeRatio({ ratio, like }: AskedRatio): string {
  return like === undefined ? reduced(ratio) : `${reduced(ratio)}, as ${like}`;
}

/** Largest smaller number in the ratio of a picture, and the share by which that ratio may differ from the picture's own. */
const LARGEST_TERM = 200;
const NEARLY = 0.0005;

/** The ratio of a picture in small numbers: 3:2 for 4000 by 2667, too. */
export function ratioOf(picture: Pair): Pair {
  const shape = picture.width / picture.height;
  const pairs = Array.from({ length: LARGEST_TERM }, (_, index) => {
    const term = index + 1;
    const other = Math.max(1, Math.round(shape < 1 ? term / shape : term * shape));
    return shape < 1 ? { width: term, height: other } : { width: other, height: term };
  });
  const near = pairs.find((pair) => shapeDistance(pair, picture) < NEARLY);
  return near ?? pairs.toSorted((a, b) => shapeDistance(a, picture) - shapeDistance(b, picture))[0] ?? picture;
}

/** Share of a part that may be given up for an exact ratio. */
const LEAST_EXACT = 0.95;

/** The largest part of a picture with this ratio: exactly it, where whole pixels allow that without losing much. */
export function largestOfRatio({ width, height }: Pair, ratio: Pair): Pair {
  const scale = Math.min(width / ratio.width, height / ratio.height);
  const near = { width: Math.round(ratio.width * scale), height: Math.round(ratio.height * scale) };
  const terms = lowestTerms(ratio);
  const times = Math.floor(Math.min(width / terms.width, height / terms.height));
  const exact = { width: terms.width * times, height: terms.height * times };
  return exact.width * exact.height >= LEAST_EXACT * near.width * near.height ? exact : near;
}
