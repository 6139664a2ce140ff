import type { GivenPicture } from '../../../images/import/image-import.ts';
import type { Coverage } from '../../../images/masks/coverage.ts';
import { requireSameSize, type Size } from '../../../images/masks/mask.ts';
import type { Opened } from '../../../images/steps/compose-mask.ts';
import type { ReadMaskOrder } from '../../../images/steps/mask-steps.ts';
import type { ImageRecord, Still } from '../../../images/types.ts';
import { requireStill } from '../../../images/still.ts';
import type { DrawnMask } from '../../../jobs/model/requests/drawn-mask.ts';
import { placeOf } from '../../../jobs/model/requests/adobe-request.ts';
import { percent } from '../../../render/phrases.ts';
import type { Problem } from '../../../shared/errors.ts';
import { invalidArgument } from '../../arguments/invalid-argument.ts';
import { composeFor, type MaskArguments } from './compose-subject.ts';
import { keepMask } from './keep-mask.ts';
import type { MaskContext } from './mask-context.ts';
import type { RequestImage } from '../request-image.ts';

export type { MaskContext } from './mask-context.ts';

/** A stored mask and what it opens. */
export interface KeptMask {
  readonly record: Still<ImageRecord>;
  readonly coverage: Coverage;
  /** Where `MaskContext.opened` asks for it. */
  readonly opened: Opened | undefined;
  readonly notes: readonly string[];
  /** Where it was drawn for this call. */
  readonly drawn?: DrawnMask | undefined;
}

/**
 * Makes the mask that a fill was asked for in words, at the size of the picture, and stores it.
 * A mask that this conversation has of an equal call, such as its dry run, is taken again.
 * @param isInverted what it marks is kept
 * @throws Problem as `composeFor`
 */
export async function drawMask(
  wanted: MaskArguments,
  image: ImageRecord,
  { isInverted = false, ...context }: MaskContext & { readonly isInverted?: boolean | undefined },
): Promise<KeptMask> {
  const { png, coverage, opened, warnings, fit } = await composeFor(image, wanted, context, context);
  const record = await keepMask(png, [image], { ...context, reuses: true });
  const drawn = {
    mask: record.id,
    picture: image.id,
    marks: wanted.select === undefined ? 'shapes' : 'people',
    isInverted,
    changes: isInverted ? 1 - coverage.share : coverage.share,
    confidence: fit?.confidence,
  } as const;
  const described = { ...drawn, note: drawnNote(drawn) };
  return { record, coverage, opened, notes: [described.note, ...(fit?.reasons ?? []), ...warnings], drawn: described };
}

function drawnNote({ mask, marks, isInverted, changes, confidence }: Omit<DrawnMask, 'note'>): string {
  const made = marks === 'people' ? `People were found and marked as ${mask}` : `mask_shapes were drawn as ${mask}`;
  const what = isInverted
    ? `they stay, the other ${percent(changes)} of the picture changes`
    : `${percent(changes)} of the picture changes`;
  return `${made}: ${what}.${confidence === undefined ? '' : ` Confidence: ${confidence}.`}`;
}

/**
 * Reads a stored mask, or a picture that was given as one, of which a grey PNG is stored as a mask.
 * @throws Problem `undecodable_picture`, `picture_too_large`, and `invalid_argument` for a picture that is no mask
 */
export async function readMask(image: Still<ImageRecord>, context: MaskContext): Promise<KeptMask> {
  const as = image.kind === 'mask' ? 'mask' : 'given';
  const found = await readAs(image, as, context);
  if (found === undefined) throw new Error('a mask has no pixels');
  const { png, coverage, by, opened, undecided } = found;
  if (as === 'mask') return { record: image, coverage, opened, notes: [] };
  if (png === undefined) throw noMask(image, undecided);
  const record = await keepMask(png, [image], context, image.facts.file);
  const how = by === 'transparency' ? ': what is transparent in it may change' : '';
  return { record, coverage, opened, notes: [`${image.id} was used as a mask and stored as ${record.id}${how}.`] };
}

/** What a picture opens as a mask. */
async function readAs(image: Still<ImageRecord>, as: ReadMaskOrder['as'], { services, call, opened }: MaskContext) {
  const order = async () => ({ bytes: await services.images.read(image), as, opened });
  return services.images.pixels.run('readMask', image, order, call.signal);
}

/** A photograph, or a grey picture, whose brightness would open nearly everything in part. */
function noMask({ id }: ImageRecord, undecided: number): Problem {
  return invalidArgument(
    `${id} is no mask: ${percent(undecided)} of it is neither black nor white, so that nearly the whole picture would change.`,
    `Give a black and white picture, or one whose transparent part may change, or say with mask_shapes what may change. If it is meant as it is, make_mask with from: "${id}" makes a mask of it and shows it, free.`,
  );
}

/** The mask at the size of the picture's copy: the stored one, or a scaled one. */
export async function requestMask(
  { record, notes, drawn }: KeptMask,
  copy: Size,
  context: MaskContext,
): Promise<RequestImage> {
  const fits = record.width === copy.width && record.height === copy.height;
  const upload = fits ? record : await scaledMask(record, { size: copy, isInverted: false }, context);
  return { source: placeOf(upload), uploads: [upload], original: record, notes, drawn };
}

/** A stored mask in the size of a copy of its picture, and inverted where it is used so, as an upload. */
export async function scaledMask(
  record: Still<ImageRecord>,
  { size: { width, height }, isInverted }: { readonly size: Size; readonly isInverted: boolean },
  { services: { images, imageImport }, call }: MaskContext,
): Promise<Still> {
  const order = async () => ({ bytes: await images.read(record), size: { width, height }, isInverted });
  return imageImport.store(await images.pixels.run('scaledMask', record, order, call.signal));
}

/**
 * Reads a mask for a stored picture, of exactly its displayed size.
 * @throws Problem `mask_size`, `mask_empty`, `invalid_argument` for the picture itself
 */
export async function maskOf(
  given: Extract<GivenPicture, { kind: 'local' }>,
  image: ImageRecord,
  context: MaskContext,
): Promise<KeptMask> {
  if (given.image.sha256 === image.sha256) return ownHole(image, context);
  // The size is in the record, so that a mask that does not fit is never decoded.
  requireSameSize(given.image, image);
  return readMask(given.image, context);
}

/**
 * The mask that a picture brings along: where it is its own mask, what is transparent in it may change. Nothing else can be
 * meant by a picture with a hole; a drawing of black and white is one too, since its colours are those of the picture.
 * @throws Problem `invalid_argument` for a picture without transparency
 */
async function ownHole(image: ImageRecord, context: MaskContext): Promise<KeptMask> {
  const hole = await readAs(requireStill(image), 'hole', context);
  if (hole?.png === undefined) {
    throw invalidArgument(
      'mask is the picture itself, and nothing in it is transparent.',
      'Draw a mask for it with make_mask, or say with mask_shapes what may change.',
    );
  }
  const { png, coverage, opened } = hole;
  const record = await keepMask(png, [image], { ...context, reuses: true });
  const note = `The mask is the picture itself: what is transparent in it may change, ${percent(coverage.share)} of it (${record.id}).`;
  return { record, coverage, opened, notes: [note] };
}
