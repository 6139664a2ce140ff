import type { Side } from '../../../images/composites/expand/insets.ts';
import { quoteUntrusted } from '../../../shared/text/text.ts';
import { type ExpansionArguments, hasInsets, type Insets } from './expansion.ts';
import type { AskedRatio } from '../../arguments/asked-ratio.ts';
import { readSize } from '../../generate/generation-size.ts';
import { invalidArgument } from '../../arguments/invalid-argument.ts';
import { type Amount, checkSeeds, checkText, LONGEST_PROMPT } from '../../arguments/prompt-rules.ts';

/** The arguments of `expand_image` that these rules check. */
export interface ExpandArguments extends Amount {
  readonly size?: string | undefined;
  readonly align_horizontal?: 'left' | 'center' | 'right' | undefined;
  readonly align_vertical?: 'top' | 'center' | 'bottom' | undefined;
  readonly inset_left?: string | undefined;
  readonly inset_top?: string | undefined;
  readonly inset_right?: string | undefined;
  readonly inset_bottom?: string | undefined;
  readonly mask?: string | undefined;
  readonly invert_mask?: boolean | undefined;
  readonly prompt?: string | undefined;
}

/**
 * Checks what needs not the picture itself. Sources: OpenAPI `ExpandImageRequestV3` (no placement with a
 * mask, at most 3999 a side), Adobe's page on placement (alignment or inset).
 * @param asked what `aspect_ratio` asks for
 * @throws Problem `invalid_argument`
 */
export function checkExpansion(given: ExpandArguments, asked?: AskedRatio): ExpansionArguments {
  checkText('prompt', given.prompt, { limit: LONGEST_PROMPT, owner: 'expand_image' });
  checkSeeds(given);
  const expansion = readExpansion(given, asked);
  const isPlaced =
    hasInsets(expansion) || expansion.align_horizontal !== undefined || expansion.align_vertical !== undefined;
  if (given.mask !== undefined && (isPlaced || expansion.ratio !== undefined)) {
    throw invalidArgument(
      'A mask already defines the position of the picture and the size of the result.',
      'Leave out aspect_ratio, alignment and insets, or leave out mask.',
    );
  }
  if (given.invert_mask !== undefined && given.mask === undefined) {
    throw invalidArgument('invert_mask needs mask.', 'Leave it out: what is around the picture is made.');
  }
  if (hasInsets(expansion) && (expansion.align_horizontal !== undefined || expansion.align_vertical !== undefined)) {
    throw invalidArgument('Alignment and insets are both given.', 'Give one of the two; insets alone place a picture.');
  }
  if (expansion.size !== undefined && expansion.ratio !== undefined) {
    throw invalidArgument('size and aspect_ratio are both given.', 'Give one of the two.');
  }
  if (
    expansion.size === undefined &&
    expansion.ratio === undefined &&
    !hasInsets(expansion) &&
    given.mask === undefined
  ) {
    throw invalidArgument(
      'expand_image needs to know how large the result is.',
      'Give aspect_ratio, such as "16:9", size, such as "2048x1152", or insets.',
    );
  }
  return expansion;
}

function readExpansion(given: ExpandArguments, asked: AskedRatio | undefined): ExpansionArguments {
  const { size, align_horizontal, align_vertical } = given;
  return {
    size: size === undefined ? undefined : readSize(size, 'Use for example 2048x1152.'),
    ratio: asked?.ratio,
    align_horizontal,
    align_vertical,
    insets: {
      ...insetOf('left', given.inset_left),
      ...insetOf('top', given.inset_top),
      ...insetOf('right', given.inset_right),
      ...insetOf('bottom', given.inset_bottom),
    },
  };
}

/** Room in pixels or percent; nothing where none is given. */
function insetOf(side: Side, text: string | undefined): Insets {
  if (text === undefined) return {};
  const [, amount, unit] = /^\s*(\d{1,5}(?:\.\d{1,4})?)\s*(px|pixels?|%|percent)?\s*$/i.exec(text) ?? [];
  const isPercent = unit === '%' || unit?.toLowerCase() === 'percent';
  if (amount === undefined || (!isPercent && amount.includes('.'))) {
    throw invalidArgument(
      `inset_${side} is ${JSON.stringify(quoteUntrusted(text, 40))}, which is no room.`,
      'Give whole pixels, as "400", or percent of that side of the picture, as "25%".',
    );
  }
  return { [side]: isPercent ? { percent: Number(amount) } : { pixels: Number(amount) } };
}
