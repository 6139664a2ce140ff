import { planExpand, type RoomRequest } from '../../../images/composites/expand/plan-expand.ts';
import { requireRoomFor } from '../../../images/composites/room.ts';
import type { ImageRecord, Still } from '../../../images/types.ts';
import { placeOf } from '../../../jobs/model/requests/adobe-request.ts';
import { contentOf } from '../fill/exact-fill.ts';
import type { ExpandPictures } from './expand-request.ts';
import { type ExpansionArguments, LONGEST_SIDE } from './expansion.ts';
import type { MaskContext } from '../masks/request-mask.ts';

/**
 * An expansion at the picture's own resolution (docs/exact-edits.md#expanding): Adobe paints around a copy of the picture,
 * and the picture itself is put into its place.
 * @throws Problem as `planExpand`, `requireRoomFor` and `cutForExpand`
 */
export async function expandExactly(
  picture: Still<ImageRecord>,
  expansion: ExpansionArguments,
  { services: { images, imageImport, firefly }, call: { signal } }: MaskContext,
): Promise<ExpandPictures> {
  const { longerSide } = firefly.operation('expandImagesV3Async').limits.upload;
  const plan = planExpand(picture, roomOf(expansion), LONGEST_SIDE, longerSide?.least);
  const { painted, placed } = plan;
  const order = async () => {
    const source = { bytes: await images.read(picture), mimeType: picture.mimeType };
    await requireRoomFor(source.bytes, plan.size);
    return { source, placed };
  };
  const cut = await images.pixels.run('expansion', picture, order, signal);
  const image = await imageImport.store(cut.bytes);
  return {
    image: { source: placeOf(image), uploads: [image], original: picture, notes: [] },
    size: painted,
    result: plan.size,
    placement: {
      inset: {
        left: placed.left,
        top: placed.top,
        right: painted.width - placed.right,
        bottom: painted.height - placed.bottom,
      },
    },
    edit: { kind: 'expand', plan, sent: [image.sha256], source: contentOf(picture) },
  };
}

const NONE = { pixels: 0 };

/** Alignment is room of nothing on one side. */
function roomOf({ size, ratio, insets, align_horizontal, align_vertical }: ExpansionArguments): RoomRequest {
  return {
    size,
    aspectRatio: ratio,
    insets: {
      ...(align_horizontal === 'left' && { left: NONE }),
      ...(align_horizontal === 'right' && { right: NONE }),
      ...(align_vertical === 'top' && { top: NONE }),
      ...(align_vertical === 'bottom' && { bottom: NONE }),
      ...insets,
    },
  };
}
