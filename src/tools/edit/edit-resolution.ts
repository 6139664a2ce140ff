import type { RESOLUTION_LEVELS_V4 } from '../../firefly/contract/paid/generate-images-v4.ts';
import { type Pair, sizeName } from '../generate/sizes.ts';

type Level = (typeof RESOLUTION_LEVELS_V4)[number];

/** Most pixels of a picture that keeps its size at a level, with room for the rounding of sides. */
const LEVELS: readonly { readonly level: Level; readonly most: number; readonly pixels: number }[] = [
  { level: '1MP', most: 1_100_000, pixels: 1024 * 1024 },
  { level: '2.4MP', most: 2_600_000, pixels: 2_400_000 },
  { level: '4MP', most: Infinity, pixels: 2048 * 2048 },
];

/** OpenAPI default of `resolutionLevel`, whatever the picture: it would make a larger one smaller. */
const ADOBES_DEFAULT_LEVEL: Level = '2.4MP';

/**
 * The level to ask for, which is always sent, and about what size the result will have: Adobe documents megapixels only.
 * @param picture pixels of the copy that is sent; undefined where only Adobe knows them
 * @param given pixels of the picture itself, where it is told how they change
 */
export function editResolution(
  asked: Level | undefined,
  picture: Pair | undefined,
  given?: Pair,
): { readonly level: Level; readonly notes: readonly string[] } {
  if (picture === undefined) {
    const level = asked ?? ADOBES_DEFAULT_LEVEL;
    return { level, notes: [`The result has about ${level}, in the ratio of the picture.`] };
  }
  const area = picture.width * picture.height;
  const found = LEVELS.find(({ level, most }) => (asked === undefined ? area <= most : level === asked));
  const { level = ADOBES_DEFAULT_LEVEL, pixels = area } = found ?? {};
  const factor = Math.sqrt(pixels / area);
  const about = { width: Math.round(picture.width * factor), height: Math.round(picture.height * factor) };
  const before = given === undefined ? '' : ` in place of ${sizeName(given)}`;
  return { level, notes: [`The whole picture is painted anew at ${level}, about ${sizeName(about)} pixels${before}.`] };
}
