import type { Placement } from '../../../firefly/contract/paid/expand-images.ts';
import type { Side } from '../../../images/composites/expand/insets.ts';
import type { Inset } from '../../../images/composites/expand/plan-expand.ts';
import type { Pair } from '../../generate/sizes.ts';

/** Most pixels of a side that Adobe paints (OpenAPI `ExpandImageRequestV3.size`: "maximum 3999px by 3999px"). */
export const LONGEST_SIDE = 3999;

/** Room that a caller gives, by side. */
export type Insets = Partial<Readonly<Record<Side, Inset>>>;

/** Size, ratio, alignment and insets; `checkExpansion` refuses combinations that exclude each other. */
export interface ExpansionArguments {
  readonly size?: Pair | undefined;
  readonly ratio?: Pair | undefined;
  readonly align_horizontal?: 'left' | 'center' | 'right' | undefined;
  readonly align_vertical?: 'top' | 'center' | 'bottom' | undefined;
  readonly insets: Insets;
}

/** Whether any inset is given. */
export function hasInsets({ insets }: Pick<ExpansionArguments, 'insets'>): boolean {
  return Object.keys(insets).length > 0;
}

/** Alignment for Adobe; undefined for its default, the centre. */
export function alignmentOf({ align_horizontal, align_vertical }: ExpansionArguments): Placement | undefined {
  if (align_horizontal === undefined && align_vertical === undefined) return undefined;
  return { alignment: { horizontal: align_horizontal, vertical: align_vertical } };
}
