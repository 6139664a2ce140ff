import type { GivenPicture } from '../../images/import/image-import.ts';
import { invert } from '../../images/masks/combine.ts';
import { composeMask } from '../../images/masks/compose.ts';
import { measureCoverage, requireOpen } from '../../images/masks/coverage.ts';
import { decodeLuminance } from '../../images/masks/decode.ts';
import { encodeMask, scaleMask } from '../../images/masks/encode.ts';
import { HALF_OPEN, type Mask, requireSameSize, type Size } from '../../images/masks/mask.ts';
import { eventLoopTurns, type YieldNow } from '../../images/masks/pace.ts';
import type { Shape } from '../../images/masks/drawing/shapes.ts';
import type { ImageRecord } from '../../images/types.ts';
import { placeOf } from '../../jobs/engine/uploads.ts';
import { percent } from '../../render/phrases.ts';
import type { Services, ToolCall } from '../definition/define.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import type { RequestImage } from './request-image.ts';

/** What masks are made with. */
export interface MaskContext {
  readonly services: Services;
  readonly call: ToolCall;
  /** Name of the tool that asks; recorded with masks that are made on the way. */
  readonly tool: string;
}

/** A mask that is kept under a handle, with its pixels. */
export interface KeptMask {
  readonly record: ImageRecord;
  readonly mask: Mask;
  readonly notes: readonly string[];
}

/** Draws shapes given inline at the picture's size, and keeps the mask. @throws Problem as `composeMask` */
export async function drawMask(shapes: readonly Shape[], image: ImageRecord, desk: MaskContext): Promise<KeptMask> {
  const { mask, coverage, warnings } = await composeMask({ picture: image, shapes }, yieldToEventLoop(desk));
  const record = await keepMask(mask, [image.id], desk);
  const drawn = `mask_shapes were drawn as ${record.id}; they mark ${percent(coverage.share)} of the picture.`;
  return { record, mask, notes: [drawn, ...warnings] };
}

/**
 * A mask that was drawn here before, or any black and white picture; of the latter a grey PNG is kept as a mask.
 * @throws Problem `undecodable_picture`, `picture_too_large`
 */
export async function readMask(image: ImageRecord, desk: MaskContext): Promise<KeptMask> {
  const mask = await decodeLuminance(await desk.services.images.read(image));
  if (image.kind === 'mask') return { record: image, mask, notes: [] };
  const record = await keepMask(mask, [image.id], desk);
  const kept = `${image.id} was taken as a mask and kept as ${record.id}.`;
  return { record, mask, notes: [kept, ...greyWarnings(mask)] };
}

/**
 * Refuses a mask by which nothing would change.
 * @throws Problem `mask_empty`
 */
export async function requireChange(mask: Mask, inverted: boolean | undefined, desk: MaskContext): Promise<void> {
  const effective = inverted === true ? await invert(mask, yieldToEventLoop(desk)) : mask;
  requireOpen(await measureCoverage(effective, yieldToEventLoop(desk)));
}

/** The mask at the size of its picture's copy: the stored one, or one that is scaled with the copy. */
export async function sendMask(
  { record, mask, notes }: KeptMask,
  copy: Size,
  desk: MaskContext,
): Promise<RequestImage> {
  const fits = mask.width === copy.width && mask.height === copy.height;
  const upload = fits ? record : await desk.services.imageImport.store(await encodeMask(await scaleMask(mask, copy)));
  return { source: placeOf(upload), uploads: [upload], handle: record.id, notes };
}

/**
 * A mask for a picture that lies here, of exactly its size as displayed.
 * @throws Problem `mask_size`, `mask_empty`, `invalid_argument` for the picture itself
 */
export async function maskOf(
  given: Extract<GivenPicture, { kind: 'local' }>,
  image: ImageRecord,
  desk: MaskContext,
): Promise<KeptMask> {
  if (given.image.sha256 === image.sha256) {
    throw invalidArgument(
      'mask is the picture itself.',
      'Draw a mask for it with make_mask, or say with mask_shapes what may change.',
    );
  }
  // The record knows the size: what does not fit is not even decoded.
  requireSameSize(given.image, image);
  return readMask(given.image, desk);
}

/** Records a mask. */
export async function keepMask(mask: Mask, sources: readonly string[], { services, call, tool }: MaskContext) {
  const facts = { tool, sources };
  return services.imageImport.keep(await encodeMask(mask), { kind: 'mask', facts }, call.caller);
}

/** Lets others run while pixels are worked on, and stops when the call is given up. */
export function yieldToEventLoop({ call }: Pick<MaskContext, 'call'>): YieldNow {
  return eventLoopTurns(call.signal);
}

/** A photograph by mistake would open and keep by its light and shade. */
function greyWarnings({ data }: Mask): readonly string[] {
  const nearGrey = data.reduce((count, value) => count + (Math.abs(value - HALF_OPEN) < 96 ? 1 : 0), 0);
  if (nearGrey < data.length / 2) return [];
  return ['Most of this mask is neither black nor white, so that most of the picture changes in part.'];
}
