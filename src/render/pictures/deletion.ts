import type { ImageRecord } from '../../images/types.ts';
import { isStill, isUnread } from '../../images/still.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { counted, listed, shortened } from '../phrases.ts';

/** What a deletion would do: what a person has to know before a yes. */
export interface DeletionToTell {
  readonly doomed: readonly ImageRecord[];
  /** Pictures by Adobe that go along with their composites. */
  readonly painted: number;
  /** Pictures and masks that stay and were made from those that go. */
  readonly derived: readonly { readonly kind: string }[];
  /** Masks that stay and were used for nothing but those that go. */
  readonly masksLeft: readonly string[];
  /** Files that they were saved as, by handle; undefined for a caller who has no folders here. */
  readonly files: ReadonlyMap<string, readonly string[]> | undefined;
  /** Pictures that stay although they match, and what needs them. */
  readonly kept: readonly string[];
  readonly neededBy: readonly string[];
  /** More pictures match than one call deletes. */
  readonly more: boolean;
}

/** Pictures that a question names; of the others it says the number. */
const MOST_NAMED = 6;
/** Pictures saved nowhere that a sentence names. */
const MOST_LOST = 5;
/** Jobs that a sentence names. */
const MOST_JOBS = 3;

type Counted = Pick<ImageRecord, 'kind' | 'mimeType'>;

/** Nouns for what is deleted, in the order in which they are told. */
const NOUNS: readonly { readonly noun: (count: number) => string; readonly is: (image: Counted) => boolean }[] = [
  {
    noun: (count) => counted(count, 'picture'),
    is: (image) => image.kind === 'generated' && (isStill(image) || isUnread(image)),
  },
  {
    noun: (count) => counted(count, 'video'),
    is: (image) => image.kind === 'generated' && !isStill(image) && !isUnread(image),
  },
  { noun: (count) => counted(count, 'mask'), is: ({ kind }) => kind === 'mask' },
  { noun: (count) => `${counted(count, 'picture')} by Adobe`, is: ({ kind }) => kind === 'painted' },
  { noun: (count) => counted(count, 'imported picture'), is: ({ kind }) => kind === 'import' },
];

/** "3 pictures, 2 masks, 1 picture by Adobe". */
export function countsByKind(images: readonly Counted[]): string {
  const parts = NOUNS.flatMap(({ noun, is }) => {
    const count = images.filter(is).length;
    return count === 0 ? [] : [noun(count)];
  });
  return parts.join(', ');
}

/** What goes by handle and prompt, first what is saved nowhere and cannot be had again, last masks; then what stays. */
export function deletionDetails(deletion: DeletionToTell): string {
  const { doomed, files } = deletion;
  const named = [...doomed].sort((a, b) => worth(b, files) - worth(a, files)).map(inWords);
  return [`${listed(named, MOST_NAMED)}.`, ...sentences(deletion)].join(' ');
}

function sentences({
  doomed,
  painted,
  derived,
  masksLeft,
  files,
  kept,
  neededBy,
  more,
}: DeletionToTell): readonly string[] {
  return [
    ...(more ? ['More pictures match: these are the newest.'] : []),
    ...(painted === 0 ? [] : [alongWords(painted, doomed.length)]),
    ...(files === undefined ? [] : savedWords(doomed, files)),
    ...(doomed.some(({ kind }) => kind === 'import') ? ['The files that were imported stay where they are.'] : []),
    ...(derived.length === 0 ? [] : [derivedWords(derived, doomed.length)]),
    ...(masksLeft.length === 0 ? [] : [masksLeftWords(masksLeft.length, doomed.length)]),
    ...(kept.length === 0 ? [] : [keptWords(kept.length, neededBy)]),
  ];
}

function alongWords(painted: number, doomed: number): string {
  return doomed === 1 ? 'What Adobe painted for it goes, too.' : `Of ${painted} of them what Adobe painted goes, too.`;
}

function savedWords(doomed: readonly ImageRecord[], files: ReadonlyMap<string, unknown>): readonly string[] {
  const saved = doomed.filter(({ id }) => files.has(id)).length;
  const lost = doomed.filter((image) => image.kind === 'generated' && !files.has(image.id));
  const stays =
    saved === 1 ? 'is saved in a folder, and that file stays' : 'are saved in folders, and those files stay';
  return [
    ...(saved === 0 ? [] : [`${doomed.length === 1 ? 'It' : `${saved} of them`} ${stays}.`]),
    ...(lost.length === 0 ? [] : [lostWords(lost, doomed.length)]),
  ];
}

/** Handles, so that a person can look at these before a yes; of a single picture the list has just told it. */
function lostWords(lost: readonly ImageRecord[], doomed: number): string {
  const sentence = `${countsByKind(lost)} ${lost.length === 1 ? 'is' : 'are'} saved in no folder`;
  if (doomed === 1) return `${sentence}.`;
  const handles = lost.map(({ id }) => id);
  return `${sentence}: ${listed(handles, MOST_LOST)}.`;
}

function derivedWords(derived: DeletionToTell['derived'], doomed: number): string {
  const masks = derived.filter(({ kind }) => kind === 'mask').length;
  const pictures = derived.length - masks;
  const parts = [
    ...(pictures === 0 ? [] : [counted(pictures, 'picture')]),
    ...(masks === 0 ? [] : [counted(masks, 'mask')]),
  ];
  const [was, stays] = derived.length === 1 ? ['was', 'stays'] : ['were', 'stay'];
  return `${parts.join(' and ')} ${was} made from ${doomed === 1 ? 'it' : 'them'} and ${stays}.`;
}

/** "2 masks were used for them alone and stay." */
export function masksLeftWords(masks: number, doomed: number): string {
  const [were, stay] = masks === 1 ? ['was', 'stays'] : ['were', 'stay'];
  return `${counted(masks, 'mask')} ${were} used for ${doomed === 1 ? 'it' : 'them'} alone and ${stay}.`;
}

/** "1 picture stays, since job_… needs it." */
export function keptWords(kept: number, neededBy: readonly string[]): string {
  const owners = neededBy.filter((owner) => /^(job|batch)_/.test(owner));
  const named = listed(owners, MOST_JOBS);
  const by = owners.length === 0 ? 'unfinished work needs' : `${named} ${owners.length === 1 ? 'needs' : 'need'}`;
  return `${counted(kept, 'picture')} ${kept === 1 ? 'stays' : 'stay'}, since ${by} ${kept === 1 ? 'it' : 'them'}.`;
}

/** A picture that is saved nowhere is gone after the deletion; a mask can be drawn again. */
function worth({ id, kind }: ImageRecord, files: DeletionToTell['files']): number {
  if (kind === 'mask') return 0;
  if (kind !== 'generated') return 1;
  return files?.has(id) ? 2 : 3;
}

function inWords({ id, kind, facts }: ImageRecord): string {
  const what = facts.prompt ?? facts.file;
  const kindly = kind === 'mask' ? ' (mask)' : '';
  return what === undefined ? `${id}${kindly}` : `${id} ${JSON.stringify(shortened(quoteUntrusted(what, 120), 40))}`;
}
