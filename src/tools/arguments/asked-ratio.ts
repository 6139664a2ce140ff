import { pictureNotLocal } from '../../images/problems.ts';
import { parseRatio, ratioOf, reduced, type Pair } from '../generate/sizes.ts';
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
