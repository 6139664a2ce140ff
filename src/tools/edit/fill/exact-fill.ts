import { requireRoomFor } from '../../../images/composites/room.ts';
import type { MaskPadding } from '../../../images/composites/upload/cut.ts';
import { planFill, type FillAdvice, type FillChoices } from '../../../images/composites/window/plan-fill.ts';
import type { ImageRecord, Still } from '../../../images/types.ts';
import { placeOf } from '../../../jobs/model/requests/adobe-request.ts';
import type { Pair } from '../../generate/sizes.ts';
import type { FillPictures } from './fill-request.ts';
import type { KeptMask, MaskContext } from '../masks/request-mask.ts';

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
}

/**
 * A fill at the picture's own resolution (docs/exact-edits.md): the window around what is open is sent, and the answer is
 * put into the picture. An inverted mask was inverted here, since the window is around what it opens then.
 * @param kept.opened must be there
 * @throws Problem as `planFill`, `requireRoomFor` and `cutWindow`
 */
export async function fillExactly(
  picture: Still<ImageRecord>,
  { record, opened, notes, drawn }: KeptMask,
  { use, oneRequest }: FillOptions,
  context: MaskContext,
): Promise<FillPictures> {
  const { images, imageImport } = context.services;
  if (opened === undefined) throw new Error('a window is planned by what the mask opens');
  const plan = planFill(picture, opened.parts, { sizes: use.sizes, advice: use.advice, choices: { oneRequest } });
  const kept = opened.inverted === undefined ? contentOf(record) : await imageImport.store(opened.inverted);
  const order = async () => {
    const mask = await images.read(kept);
    const source = { bytes: await images.read(picture), mimeType: picture.mimeType };
    if (!plan.whole) await requireRoomFor(source.bytes, picture);
    return { source, mask, window: plan.window, maskPadding: use.maskPadding };
  };
  const cut = await images.pixels.run('window', [picture, kept], order, context.call.signal);
  const image = await imageImport.store(cut.picture.bytes);
  const open = await imageImport.store(cut.mask.bytes);
  return {
    image: { source: placeOf(image), uploads: [image], original: picture, notes: [] },
    mask: { source: placeOf(open), uploads: [open], original: record, notes, drawn },
    invert: undefined,
    size: pairOf(plan.window.size),
    result: pairOf(picture),
    edit: {
      kind: 'fill',
      plan,
      otherwise: use.otherwise,
      sent: [image.sha256, open.sha256],
      source: contentOf(picture),
      mask: kept,
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
