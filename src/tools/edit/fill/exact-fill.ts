import { requireRoomFor } from '../../../images/composites/room.ts';
import { cutWindow, type MaskPadding } from '../../../images/composites/upload/cut.ts';
import { findOpenParts } from '../../../images/composites/window/open-parts.ts';
import { planFill, type FillAdvice, type FillChoices } from '../../../images/composites/window/plan-fill.ts';
import { invert } from '../../../images/masks/refining/combine.ts';
import { encodeMask } from '../../../images/masks/encode.ts';
import type { ImageRecord, Still } from '../../../images/types.ts';
import { placeOf } from '../../../jobs/model/requests/adobe-request.ts';
import type { Pair } from '../../generate/sizes.ts';
import type { FillPictures } from './fill-request.ts';
import { type KeptMask, type MaskContext, yieldToEventLoop } from '../request-mask.ts';

/** How an operation is used for a part of a picture. */
export interface WindowUse {
  /** The sizes in which a part is sent. */
  readonly sizes: readonly Pair[];
  /** Mirrored where what is open is painted over: it must not be shown once more as something to keep. */
  readonly maskPadding: MaskPadding;
  readonly advice: FillAdvice;
  /** A sentence for a result whose seam may show, since the rest came back in another light. */
  readonly otherwise: string;
}

/** What a caller decides about a fill. */
interface FillOptions extends FillChoices {
  readonly use: WindowUse;
  /** The mask is used inverted. */
  readonly invert: boolean | undefined;
}

/**
 * A fill at the picture's own resolution (docs/exact-edits.md): the window around what is open is sent, and the answer is
 * put into the picture. An inverted mask is inverted here, since the window is around what it opens then.
 * @throws Problem as `planFill`, `requireRoomFor` and `cutWindow`
 */
export async function fillExactly(
  picture: Still<ImageRecord>,
  { record, mask: drawn, notes, drawn: described }: KeptMask,
  { use, invert: isInverted = false, oneRequest }: FillOptions,
  context: MaskContext,
): Promise<FillPictures> {
  const { images, imageImport } = context.services;
  const yieldNow = yieldToEventLoop(context);
  const mask = isInverted ? await invert(drawn, yieldNow) : drawn;
  const parts = await findOpenParts(mask, yieldNow);
  const plan = planFill(picture, parts, { sizes: use.sizes, advice: use.advice, choices: { oneRequest } });
  const maskBytes = isInverted ? await encodeMask(mask) : await images.read(record);
  const source = { bytes: await images.read(picture), mimeType: picture.mimeType };
  if (!plan.whole) await requireRoomFor(source.bytes, picture);
  const cut = await cutWindow(source, maskBytes, plan.window, use.maskPadding);
  const image = await imageImport.store(cut.picture.bytes);
  const open = await imageImport.store(cut.mask.bytes);
  return {
    image: { source: placeOf(image), uploads: [image], original: picture, notes: [] },
    mask: { source: placeOf(open), uploads: [open], original: record, notes, drawn: described },
    invert: undefined,
    size: pairOf(plan.window.size),
    result: pairOf(picture),
    edit: {
      kind: 'fill',
      plan,
      otherwise: use.otherwise,
      sent: [image.sha256, open.sha256],
      source: contentOf(picture),
      mask: isInverted ? await imageImport.store(maskBytes) : contentOf(record),
    },
    notes: [],
  };
}

/** The content of a picture, without what its record says of it. */
export function contentOf({ sha256, mimeType, bytes, width, height }: Still): Still {
  return { sha256, mimeType, bytes, width, height };
}

function pairOf({ width, height }: Pair): Pair {
  return { width, height };
}
