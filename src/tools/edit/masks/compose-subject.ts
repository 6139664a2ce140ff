import { placePoint, roughShape } from '../../../images/masks/drawing/place.ts';
import type { Shape, Unit } from '../../../images/masks/drawing/shapes.ts';
import type { MaskReading } from '../../../images/masks/mask-source.ts';
import { edgeFor, type Purpose } from '../../../images/masks/refining/purpose.ts';
import type { Search } from '../../../images/subject/find-subjects.ts';
import { joinedFit, lessSure } from '../../../images/subject/joined-fit.ts';
import type { Fit, PackedSubject } from '../../../images/subject/types.ts';
import type { Composed, ComposeOrder, OpenedOrder } from '../../../images/steps/compose-mask.ts';
import type { ImageRecord, Still } from '../../../images/types.ts';
import { contradiction } from '../../../images/masks/refining/missed-points.ts';
import { changeNote, joiningNotes } from '../../../images/masks/refining/notes.ts';
import { invalidArgument } from '../../arguments/invalid-argument.ts';
import type { Services, ToolCall } from '../../definition/define.ts';

/** Most shapes that are fitted for one mask: each takes about a second. */
const MOST_FITTED = 8;
/** Why a fit is not good that does not follow a caller's points. */
const MISSED = 'Not all points of belongs and stays were followed.';

/** A mask in a caller's words. */
export interface MaskArguments {
  readonly shapes?: readonly Shape[] | undefined;
  /** The earlier mask, or the picture, that it begins with. */
  readonly from?: { readonly image: Still<ImageRecord>; readonly by: MaskReading } | undefined;
  /** All people in the picture. */
  readonly select?: 'person' | undefined;
  /** The shapes are rough. */
  readonly fit?: boolean | undefined;
  readonly belongs?: readonly (readonly number[])[] | undefined;
  readonly stays?: readonly (readonly number[])[] | undefined;
  /** Of the points; a shape has its own. */
  readonly unit?: Unit | undefined;
  readonly purpose?: Purpose | undefined;
  readonly invert?: boolean | undefined;
  readonly grow?: number | undefined;
  readonly feather?: number | undefined;
}

/** What making a mask needs of a call. */
export interface SubjectContext {
  readonly services: {
    readonly images: Pick<Services['images'], 'read' | 'pixels'>;
    readonly subjects: Services['subjects'];
  };
  readonly call: Pick<ToolCall, 'signal'>;
}

/** A mask, and how its subjects were found, where any were searched. */
export interface SubjectMask extends Composed {
  readonly fit: Fit | undefined;
}

/** What is to be known of a mask besides. */
interface ToKnow {
  /** For the window of a fill. */
  readonly opened?: OpenedOrder | undefined;
  /** Limits of the preview that shows it. */
  readonly shown?: { readonly maxSide: number; readonly maxBytes: number } | undefined;
}

/**
 * Composes a mask for a picture: subjects are found by their worker, all else is drawn in one step. The one way to a mask for
 * every tool and for batches.
 * @throws Problem `invalid_argument`, `nobody_found`, `mask_empty` where nothing was found, and those of `composeStep`
 */
export async function composeFor(
  picture: ImageRecord,
  wanted: MaskArguments,
  context: SubjectContext,
  { opened, shown }: ToKnow = {},
): Promise<SubjectMask> {
  const twice = contradiction(wanted, picture);
  if (twice !== undefined) throw invalidArgument(twice, 'Leave one of them out.');
  const searches = searchesOf(picture, wanted);
  const found = searches.length === 0 ? undefined : await findAll(picture, searches, wanted, context);
  const edge = wanted.purpose && edgeFor(wanted.purpose, picture);
  const { belongs, stays, unit, from, shapes } = wanted;
  const { images } = context.services;
  const { width, height } = picture;
  const recipe = {
    picture: { width, height },
    subjects: found && searches.flatMap((search, i) => packedFor(search, found[i])),
    isCorrected: searches.some(({ search }) => search.kind === 'mask'),
    shapes,
    invert: wanted.invert ?? edge?.invert,
    grow: wanted.grow ?? edge?.grow,
    feather: wanted.feather ?? edge?.feather,
    points: { belongs, stays, unit },
    opened,
  };
  const order = async () => ({
    ...recipe,
    from: from && { bytes: await images.read(from.image), by: from.by },
    overlay: shown && { picture: await images.read(picture), limits: shown },
  });
  const pictures = [picture, ...(from === undefined ? [] : [from.image])];
  const composed = await images.pixels.run('composeMask', pictures, order, context.call.signal);
  const isInverted = recipe.invert === true;
  const warnings = [
    ...composed.warnings,
    ...joiningNotes(isInverted, { ...wanted, masks: from && [from] }),
    ...(composed.change === undefined ? [] : [changeNote(composed.change)]),
    ...composed.missed,
  ];
  const fit = found && joinedFit(found.map((subject) => subject.fit));
  return { ...composed, warnings, fit: fit && composed.missed.length > 0 ? lessSure(fit, MISSED) : fit };
}

function packedFor({ shape }: ShapeSearch, found: PackedSubject | undefined): ComposeOrder['subjects'] & object {
  if (found === undefined) return [];
  const { region, alpha } = found;
  return [{ left: region.left, top: region.top, alpha, shape }];
}

/** A search, and the place of the shape that it is for. */
interface ShapeSearch {
  readonly search: Search;
  readonly shape?: number;
}

function searchesOf(picture: ImageRecord, wanted: MaskArguments): readonly ShapeSearch[] {
  const { select, fit, shapes = [], from } = wanted;
  const searches: ShapeSearch[] = select === undefined ? [] : [{ search: { kind: 'person' } }];
  if (fit === true) {
    if (shapes.length === 0)
      throw invalidArgument('fit needs shapes to begin with.', 'Draw 8-16 points around what is meant.');
    if (shapes.length > MOST_FITTED) {
      throw invalidArgument(
        `fit takes at most ${MOST_FITTED} shapes, not ${shapes.length}.`,
        'Draw one shape around each thing; make several masks, and join them with from.',
      );
    }
    for (const [i, shape] of shapes.entries()) {
      if (shape.shape === 'border') {
        throw invalidArgument('A border has no subject to fit to.', 'Draw it without fit, and join the two with from.');
      }
      const isTakenAway = shape.op === 'subtract';
      searches.push({ search: { kind: 'shape', shape: roughShape(shape, picture), isTakenAway }, shape: i });
    }
  }
  const isCorrected = [...(wanted.belongs ?? []), ...(wanted.stays ?? [])].length > 0;
  if (isCorrected && searches.length === 0) {
    if (from === undefined) {
      throw invalidArgument(
        'belongs and stays correct what was fitted, and there is nothing to correct.',
        'Give them with select, with fit and shapes, or with an earlier mask in from.',
      );
    }
    searches.push({ search: { kind: 'mask' } });
  }
  return searches;
}

async function findAll(
  picture: ImageRecord,
  searches: readonly ShapeSearch[],
  { from, belongs = [], stays = [], unit = 'percent' }: MaskArguments,
  { services, call }: SubjectContext,
): Promise<readonly PackedSubject[]> {
  const place = (points: readonly (readonly number[])[]) => points.map((point) => placePoint(point, unit, picture));
  const isCorrected = searches.some(({ search }) => search.kind === 'mask');
  const request = {
    content: picture.sha256,
    read: () => services.images.read(picture),
    picture,
    earlier:
      from && isCorrected
        ? { content: from.image.sha256, by: from.by, read: () => services.images.read(from.image) }
        : undefined,
    searches: searches.map(({ search }) => search),
    corrections: { belongs: place(belongs), stays: place(stays) },
  };
  return services.subjects.find(request, call.signal);
}
