import { createHash } from 'node:crypto';
import type { GivenPicture } from '../../images/import/image-import.ts';
import { measureCoverage, type Coverage } from '../../images/masks/coverage.ts';
import { MOST_UNDECIDED, readGivenMask, readHole } from '../../images/masks/read-mask.ts';
import { decodeLuminance } from '../../images/masks/decode.ts';
import { encodeMask, scaleMask } from '../../images/masks/encode.ts';
import { type Mask, requireSameSize, type Size } from '../../images/masks/mask.ts';
import { eventLoopTurns, type YieldNow } from '../../images/masks/pace.ts';
import type { ImageRecord, Still } from '../../images/types.ts';
import { requireStill } from '../../images/still.ts';
import type { DrawnMask } from '../../jobs/model/requests/drawn-mask.ts';
import { placeOf } from '../../jobs/model/requests/adobe-request.ts';
import { percent } from '../../render/phrases.ts';
import type { Problem } from '../../shared/errors.ts';
import type { Services, ToolCall } from '../definition/define.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { composeFor, type MaskArguments } from './compose-subject.ts';
import type { RequestImage } from './request-image.ts';

/** Services and call for making masks. */
export interface MaskContext {
  readonly services: Services;
  readonly call: ToolCall;
  /** Name of the calling tool; recorded with masks that are made for it. */
  readonly tool: string;
}

/** A stored mask with its pixels and what they open. */
export interface KeptMask {
  readonly record: Still<ImageRecord>;
  readonly mask: Mask;
  readonly coverage: Coverage;
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
  const { mask, coverage, warnings, fit } = await composeFor(image, wanted, context);
  const record = await keepMask(mask, [image], { ...context, reuses: true });
  const drawn = {
    mask: record.id,
    picture: image.id,
    marks: wanted.select === undefined ? 'shapes' : 'people',
    isInverted,
    changes: isInverted ? 1 - coverage.share : coverage.share,
    confidence: fit?.confidence,
  } as const;
  const described = { ...drawn, note: drawnNote(drawn) };
  return { record, mask, coverage, notes: [described.note, ...(fit?.reasons ?? []), ...warnings], drawn: described };
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
  const bytes = await context.services.images.read(image);
  if (image.kind === 'mask') {
    const mask = await decodeLuminance(bytes);
    return { record: image, mask, coverage: await measureCoverage(mask, yieldToEventLoop(context)), notes: [] };
  }
  const { mask, by, undecided } = await readGivenMask(bytes, yieldToEventLoop(context));
  if (undecided > MOST_UNDECIDED) throw noMask(image, undecided);
  const coverage = await measureCoverage(mask, yieldToEventLoop(context));
  const record = await keepMask(mask, [image], context, image.facts.file);
  const how = by === 'transparency' ? ': what is transparent in it may change' : '';
  return { record, mask, coverage, notes: [`${image.id} was used as a mask and stored as ${record.id}${how}.`] };
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
  { record, mask, notes, drawn }: KeptMask,
  copy: Size,
  context: MaskContext,
): Promise<RequestImage> {
  const fits = mask.width === copy.width && mask.height === copy.height;
  const upload = fits
    ? record
    : await context.services.imageImport.store(await encodeMask(await scaleMask(mask, copy)));
  return { source: placeOf(upload), uploads: [upload], original: record, notes, drawn };
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
  const hole = await readHole(await context.services.images.read(requireStill(image)), yieldToEventLoop(context));
  if (hole === undefined) {
    throw invalidArgument(
      'mask is the picture itself, and nothing in it is transparent.',
      'Draw a mask for it with make_mask, or say with mask_shapes what may change.',
    );
  }
  const coverage = await measureCoverage(hole, yieldToEventLoop(context));
  const record = await keepMask(hole, [image], { ...context, reuses: true });
  const note = `The mask is the picture itself: what is transparent in it may change, ${percent(coverage.share)} of it (${record.id}).`;
  return { record, mask: hole, coverage, notes: [note] };
}

/**
 * Stores a mask under a handle of its own.
 * @param context.reuses an equal mask of this conversation, by the same tool and for the same picture under that name, is taken again, and is the newest mask then
 * @param file name of the file that was given as the mask
 */
export async function keepMask(
  mask: Mask,
  sources: readonly Pick<ImageRecord, 'id' | 'facts'>[],
  { services, call, tool, reuses = false }: MaskContext & { readonly reuses?: boolean },
  file?: string,
): Promise<Still<ImageRecord>> {
  const bytes = await encodeMask(mask);
  // Files with equal bytes are one picture, so that the name that this call gave is kept with what is drawn on it.
  const named = sources.flatMap(({ id, facts: { file: name } }) =>
    name === undefined ? [] : [{ role: 'image', image: id, file: name }],
  );
  const roles = named.length === 0 ? undefined : named;
  const facts = { tool, sources: sources.map(({ id }) => id), roles, file };
  const known = reuses ? await equalMask(bytes, facts, { services, call }) : undefined;
  return known ?? services.imageImport.keep(bytes, { kind: 'mask', facts }, call.caller);
}

/** Newest masks of a picture among which an equal one is looked for. */
const MOST_COMPARED = 50;

async function equalMask(
  bytes: Uint8Array,
  {
    tool,
    sources: [picture],
    roles,
  }: Pick<ImageRecord['facts'], 'roles'> & { tool: string; sources: readonly string[] },
  { services, call }: Pick<MaskContext, 'services' | 'call'>,
): Promise<Still<ImageRecord> | undefined> {
  const { caller } = call;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const masks = await services.images.list({ limit: MOST_COMPARED, madeFrom: picture, kinds: ['mask'] }, caller);
  const known = masks.find(
    (mask) =>
      mask.sha256 === sha256 &&
      mask.facts.tool === tool &&
      mask.conversation === caller.conversation &&
      mask.facts.roles?.[0]?.file === roles?.[0]?.file,
  );
  // What a call has drawn last is what "last" means after it, whether or not it had been drawn before.
  return known && requireStill(await services.images.renew(known));
}

/** Gives the event loop its turns during pixel work, and stops that work when the call is cancelled. */
export function yieldToEventLoop({ call }: Pick<MaskContext, 'call'>): YieldNow {
  return eventLoopTurns(call.signal);
}
