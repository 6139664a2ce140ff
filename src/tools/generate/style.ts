import { nearestNames } from '../../shared/text/nearest-names.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import type { RequestImage } from '../edit/request-image.ts';
import { STYLE_PRESETS } from './style-presets.ts';

/** The style of a call. */
export interface StyleArguments {
  readonly style_presets?: readonly string[] | undefined;
  readonly style_image?: string | undefined;
  readonly style_strength?: number | undefined;
}

/**
 * Checks what needs no picture.
 * @throws Problem `invalid_argument` as `chooseStylePresets`, and for a strength of nothing
 */
export function checkStyle({ style_presets, style_image, style_strength }: StyleArguments): void {
  chooseStylePresets(style_presets);
  if (style_strength === undefined || style_presets !== undefined || style_image !== undefined) return;
  throw invalidArgument(
    'style_strength needs style_presets or style_image.',
    'Add style_presets or style_image, or leave style_strength out.',
  );
}

/** The style for a request (OpenAPI `StylesV3`); undefined without presets and picture. */
export function styleOf(given: StyleArguments, image: RequestImage | undefined) {
  if (given.style_presets === undefined && image === undefined) return undefined;
  return {
    presets: chooseStylePresets(given.style_presets),
    strength: given.style_strength,
    imageReference: image && { source: image.source },
  };
}

/** Before the name of a preset that Adobe has and this program does not know. */
const AS_IT_IS = '=';

/**
 * The presets to send. Adobe accepts any string and ignores what it does not know, so that a misspelt one would be paid for
 * without its effect. Other spellings of a known id are taken for it.
 * @throws Problem `invalid_argument` for a preset that is not known, and for one that is named twice
 */
function chooseStylePresets(given: readonly string[] | undefined): string[] | undefined {
  if (given === undefined) return undefined;
  const chosen = given.map(presetOf);
  if (new Set(chosen).size === chosen.length) return chosen;
  throw invalidArgument('A style preset is named twice.', 'Name each once.');
}

function presetOf(given: string): string {
  if (given.startsWith(AS_IT_IS) && given.length > 1) return given.slice(1);
  const known = STYLE_PRESETS.find((preset) => folded(preset) === folded(given));
  if (known !== undefined) return known;
  const near = nearestNames(given, STYLE_PRESETS, 3);
  const name = quoteUntrusted(given, 40);
  const meant = near.length === 0 ? 'The resource firefly://styles has all.' : `Near are ${near.join(', ')}.`;
  throw invalidArgument(
    `There is no style preset "${name}"; Adobe would ignore it and charge. ${meant}`,
    `Use one of them, or leave it out. If Adobe has a new preset of exactly this name, write "${AS_IT_IS}${name}".`,
  );
}

function folded(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
