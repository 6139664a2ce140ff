import { composeMask, type ComposedMask } from '../../images/masks/compose.ts';
import { placeMask, type PlacedMask } from '../../images/masks/refining/combine.ts';
import { correctNear, type Corrected } from '../../images/masks/refining/local-correction.ts';
import { placePoint, roughShape } from '../../images/masks/drawing/place.ts';
import type { Shape, Unit } from '../../images/masks/drawing/shapes.ts';
import { HALF_OPEN, type Mask } from '../../images/masks/mask.ts';
import { eventLoopTurns, type YieldNow } from '../../images/masks/pace.ts';
import { edgeFor, type Purpose } from '../../images/masks/refining/purpose.ts';
import type { Search } from '../../images/subject/find-subjects.ts';
import { joinedFit, lessSure } from '../../images/subject/joined-fit.ts';
import type { Fit, Subject } from '../../images/subject/types.ts';
import type { ImageRecord } from '../../images/types.ts';
import { Problem } from '../../shared/errors.ts';
import { contradiction, missedPoints } from '../../images/masks/refining/missed-points.ts';
import { changeNote, joiningNotes } from '../../images/masks/refining/notes.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import type { Services, ToolCall } from '../definition/define.ts';

/** Most shapes that are fitted for one mask: each takes about a second. */
const MOST_FITTED = 8;
/** Why a fit is not good that does not follow a caller's points. */
const MISSED = 'Not all points of belongs and stays were followed.';

/** A mask in a caller's words. */
export interface MaskArguments {
  readonly shapes?: readonly Shape[] | undefined;
  readonly masks?: readonly Mask[] | undefined;
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
  readonly services: { readonly images: Pick<Services['images'], 'read'>; readonly subjects: Services['subjects'] };
  readonly call: Pick<ToolCall, 'signal'>;
}

/** A mask, and how its subjects were found, where any were searched. */
export interface SubjectMask extends ComposedMask {
  readonly fit: Fit | undefined;
}

/**
 * Composes a mask for a picture: subjects are found by the worker, all else is drawn here. The one way to a mask for every
 * tool and for batches.
 * @throws Problem `invalid_argument`, `nobody_found`, `mask_empty` where nothing was found, and those of `composeMask`
 */
export async function composeFor(
  picture: ImageRecord,
  wanted: MaskArguments,
  context: SubjectContext,
): Promise<SubjectMask> {
  const twice = contradiction(wanted, picture);
  if (twice !== undefined) throw invalidArgument(twice, 'Leave one of them out.');
  const searches = searchesOf(picture, wanted);
  const found = searches.length === 0 ? [] : await findAll(picture, searches, wanted, context);
  if (searches.length > 0) requireFound(found);
  const subjects: PlacedMask[] = [];
  const fitted = new Map<number, PlacedMask>();
  for (const [i, { shape }] of searches.entries()) {
    const subject = found[i];
    if (subject === undefined) continue;
    const placed = { left: subject.region.left, top: subject.region.top, mask: subject.alpha };
    if (shape === undefined) subjects.push(placed);
    else fitted.set(shape, placed);
  }
  const turns = eventLoopTurns(context.call.signal);
  const correction = await correctedMask(picture, { searches, subjects, wanted }, turns);
  const edge = wanted.purpose && edgeFor(wanted.purpose, picture);
  const recipe = {
    picture,
    // What was corrected takes the place of the mask that it began with.
    masks: correction === undefined ? wanted.masks : [correction.mask],
    subjects: correction === undefined ? subjects : [],
    shapes: wanted.shapes,
    fitted,
    invert: wanted.invert ?? edge?.invert,
    grow: wanted.grow ?? edge?.grow,
    feather: wanted.feather ?? edge?.feather,
  };
  const composed = await composeMask(recipe, turns);
  const missed = missedPoints(composed.mask, recipe.invert === true, wanted);
  const warnings = [
    ...composed.warnings,
    ...joiningNotes(recipe.invert === true, wanted),
    ...(correction === undefined ? [] : [changeNote(correction)]),
    ...missed,
  ];
  const fit = joinedFit(found.map((subject) => subject.fit));
  return { ...composed, warnings, fit: fit && missed.length > 0 ? lessSure(fit, MISSED) : fit };
}

/** The earlier mask that points correct, changed near them alone; undefined where no earlier mask was fitted again. */
async function correctedMask(
  picture: ImageRecord,
  given: {
    readonly searches: readonly ShapeSearch[];
    readonly subjects: readonly PlacedMask[];
    readonly wanted: MaskArguments;
  },
  turns: YieldNow,
): Promise<Corrected | undefined> {
  const before = given.searches.flatMap(({ search }) => (search.kind === 'mask' ? [search.mask] : []))[0];
  const [subject] = given.subjects;
  if (before === undefined || subject === undefined) return undefined;
  const { belongs = [], stays = [], unit = 'percent' } = given.wanted;
  const place = (points: readonly (readonly number[])[]) => points.map((point) => placePoint(point, unit, picture));
  const after = await placeMask(subject, picture, turns);
  return correctNear(before, after, { belongs: place(belongs), stays: place(stays) }, turns);
}

/**
 * Refuses fits of which none has found anything: the mask would be that of no fit, and inverted it would open everything.
 * @throws Problem `mask_empty`
 */
function requireFound(found: readonly Subject[]): void {
  if (found.some(({ alpha }) => alpha.data.some((value) => value >= HALF_OPEN))) return;
  throw new Problem('mask_empty', 'Nothing was found there that stands out from what is around it.', {
    next: 'Draw a polygon of 8-16 points closely around what is meant; to take shapes as they are drawn, leave out fit.',
  });
}

/** A search, and the place of the shape that it is for. */
interface ShapeSearch {
  readonly search: Search;
  readonly shape?: number;
}

function searchesOf(picture: ImageRecord, wanted: MaskArguments): readonly ShapeSearch[] {
  const { select, fit, shapes = [], masks = [] } = wanted;
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
    const [mask, ...others] = masks;
    if (mask === undefined || others.length > 0) {
      throw invalidArgument(
        'belongs and stays correct what was fitted, and there is nothing to correct.',
        'Give them with select, with fit and shapes, or with an earlier mask in from.',
      );
    }
    searches.push({ search: { kind: 'mask', mask } });
  }
  return searches;
}

async function findAll(
  picture: ImageRecord,
  searches: readonly ShapeSearch[],
  { belongs = [], stays = [], unit = 'percent' }: MaskArguments,
  { services, call }: SubjectContext,
): Promise<readonly Subject[]> {
  const place = (points: readonly (readonly number[])[]) => points.map((point) => placePoint(point, unit, picture));
  const request = {
    content: picture.sha256,
    read: () => services.images.read(picture),
    searches: searches.map(({ search }) => search),
    corrections: { belongs: place(belongs), stays: place(stays) },
  };
  return services.subjects.find(request, call.signal);
}
