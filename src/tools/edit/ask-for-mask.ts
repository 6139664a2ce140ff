import type { GivenPicture } from '../../images/import/image-import.ts';
import type { Shape } from '../../images/masks/drawing/shapes.ts';
import { shortened } from '../../render/phrases.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import type { Chosen } from '../definition/consent.ts';
import { DECLINED_MINUTES } from '../definition/declined-questions.ts';
import type { ToolCall } from '../definition/define.ts';
import { composeFor } from './masks/compose-subject.ts';
import { keepMask } from './masks/keep-mask.ts';
import type { MaskContext } from './masks/mask-context.ts';

/** A part of a picture, in the arguments of a call. */
export interface ChosenPart {
  readonly mask_shapes?: Shape[];
  readonly select?: 'person';
  readonly invert_mask?: true;
}

/** The answers of the question, each with what it means. */
const PARTS = {
  everything: box(0, 0, 100, 100),
  people: { select: 'person' },
  'background (all but people)': { select: 'person', invert_mask: true },
  'left half': box(0, 0, 50, 100),
  'right half': box(50, 0, 50, 100),
  'top half': box(0, 0, 100, 50),
  'bottom half': box(0, 50, 100, 50),
} satisfies Readonly<Record<string, ChosenPart>>;
type Part = keyof typeof PARTS;
const BOX = 'a box (below)';
/** A place for an object: neither everything nor people. */
const PLACES: readonly Part[] = ['left half', 'right half', 'top half', 'bottom half'];
const ALL = Object.keys(PARTS) as Part[];

/** The numbers of a box, with one in the middle of the picture. */
const NUMBERS = [
  { name: 'left', title: 'Box: its left edge, % of the width', usual: 25 },
  { name: 'top', title: 'Box: its top edge, % of the height', usual: 25 },
  { name: 'width', title: 'Box: its width, % of the width', usual: 50 },
  { name: 'height', title: 'Box: its height, % of the height', usual: 50 },
] as const;

/** What is asked about a picture. */
interface MaskQuestion {
  readonly tool: string;
  /** Question, without the picture and the prompt. */
  readonly words: string;
  readonly prompt: string | undefined;
  /** Whether an object is put there, rather than something changed. */
  readonly isPlace: boolean;
  /** The refusal where the person gives no answer, and the arguments that are missing. */
  readonly refusal: string;
  readonly next: string;
}

/** The part of a call that asking needs. */
type Context = Pick<ToolCall, 'choose' | 'declined' | 'caller'>;

/**
 * Asks the person behind the call which part of a picture is meant, where its client can ask.
 * @returns undefined where no person can be asked
 * @throws Problem `invalid_argument` where the question came back without an answer; what `call.choose` throws
 */
export async function askForPart(
  picture: GivenPicture,
  question: MaskQuestion,
  { choose, declined, caller }: Context,
): Promise<ChosenPart | undefined> {
  // Only Adobe knows the size of other pictures, so that no mask could be drawn.
  if (choose === undefined || picture.kind !== 'local') return undefined;
  const { tool, words, prompt, isPlace } = question;
  const { id, sha256, facts } = picture.image;
  const mark = ['mask', tool, sha256, prompt].join('\0');
  if (declined?.has(caller.principal, mark)) {
    throw unanswered(question, `The question about it came back declined less than ${DECLINED_MINUTES} minutes ago.`);
  }
  const name = facts.file ?? facts.prompt;
  const named = name === undefined ? '' : ` (${quoted(name)})`;
  const what = prompt === undefined ? '' : ` for ${quoted(prompt)}`;
  const chosen = await choose({
    about: 'the mask',
    text: `${tool}: ${words} in ${id}${named}${what}?`,
    mark,
    field: isPlace ? 'Where it goes' : 'What may change',
    options: [...(isPlace ? PLACES : ALL), BOX],
    numbers: NUMBERS,
  });
  if (chosen === 'cannot_ask') return undefined;
  if (chosen === 'declined') declined?.add(caller.principal, mark);
  if (typeof chosen === 'string') throw unanswered(question, WHY[chosen]);
  return partOf(chosen);
}

/** A sentence for the result: what the person chose, as arguments. */
export function partNote(part: ChosenPart): string {
  return `The user was asked and chose ${Object.entries(part)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(', ')}.`;
}

/**
 * As `askForPart`, for a tool that takes a mask and no words for one: what was chosen is drawn and stored.
 * @returns the arguments in place of those of the call
 */
export async function askForMask(picture: GivenPicture, question: MaskQuestion, context: MaskContext) {
  const part = await askForPart(picture, question, context.call);
  if (part === undefined || picture.kind !== 'local') return undefined;
  const { mask_shapes: shapes, select, invert_mask: invert } = part;
  const { png } = await composeFor(picture.image, { shapes, select, invert }, context);
  const { id } = await keepMask(png, [picture.image], context);
  return { values: { mask: id, invert_mask: undefined }, note: `${partNote(part)} It was drawn as ${id}.` };
}

const WHY: Record<Exclude<Chosen, object | 'cannot_ask'>, string> = {
  declined: 'The question about it came back declined.',
  dismissed: 'The question about it was closed without an answer.',
  unanswered: 'The question about it was not answered in time.',
  nothing_chosen: 'The question about it came back without a choice.',
};

function unanswered({ refusal, next }: MaskQuestion, why: string) {
  return invalidArgument(`${refusal} ${why}`, next);
}

function partOf({ option, numbers }: Exclude<Chosen, string>): ChosenPart {
  const part = ALL.find((name) => name === option);
  if (part !== undefined) return PARTS[part];
  const { left = 0, top = 0, width = 0, height = 0 } = numbers;
  const [x, y] = [Math.min(left, 99), Math.min(top, 99)];
  return box(x, y, Math.max(1, Math.min(width, 100 - x)), Math.max(1, Math.min(height, 100 - y)));
}

function box(x: number, y: number, width: number, height: number) {
  return { mask_shapes: [{ shape: 'rectangle', x, y, width, height, unit: 'percent' }] } satisfies ChosenPart;
}

function quoted(text: string): string {
  return JSON.stringify(shortened(quoteUntrusted(text, 200), 100));
}
