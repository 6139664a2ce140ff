import type { ImageRecord } from '../../images/types.ts';
import { demoNotice } from '../demo.ts';
import { counted, humanBytes, listed } from '../phrases.ts';
import { textOf, type Rendered, withoutUndefined } from '../rendered.ts';
import type { DeletedResult } from '../library-schemas.ts';
import { countsByKind, keptWords, masksLeftWords } from './deletion.ts';

/** What came of a deletion. */
export interface DeletedToRender {
  readonly deleted: readonly ImageRecord[];
  /** Pictures by Adobe that went along with their composites. */
  readonly painted: number;
  /** Masks that were used for nothing but these, and stay. */
  readonly masksLeft: readonly string[];
  /** Handles that an unfinished job, batch or edit needs, and the ids of those. */
  readonly kept: readonly string[];
  readonly neededBy: readonly string[];
  readonly freed: { readonly bytes: number };
  readonly filesLeft: {
    /** Files of the library that something needs for now. */
    readonly onDisk: number;
    /** Files that the pictures were saved as, absolute. */
    readonly saved: readonly string[];
  };
  /** The time that was asked for, in words. */
  readonly period: string | undefined;
  /** More pictures match than one call deletes. */
  readonly more: boolean;
  /** Pictures that match by now and that no one was asked about. */
  readonly notAsked: number;
}

/** Handles that an answer names; of the others it says the number. */
const MOST_LISTED = 50;
/** Files that an answer names. */
const MOST_FILES = 20;

/** The pictures that were deleted, and those that stay. */
export function renderDeleted(given: DeletedToRender, { demo }: { readonly demo: boolean }): Rendered {
  const { deleted, painted, masksLeft, kept, neededBy, freed, period, more, notAsked } = given;
  const handles = deleted.map(({ id }) => id);
  const { saved } = given.filesLeft;
  const result: DeletedResult = {
    deleted: deleted.length,
    images: handles.slice(0, MOST_LISTED),
    went_along: painted === 0 ? undefined : painted,
    masks_left: masksLeft.length === 0 ? undefined : masksLeft.slice(0, MOST_LISTED),
    kept: kept.length === 0 ? undefined : [...kept],
    needed_by: neededBy.length === 0 ? undefined : [...neededBy],
    files_left: saved.length === 0 ? undefined : saved.slice(0, MOST_FILES),
    not_asked: notAsked === 0 ? undefined : notAsked,
    freed_bytes: freed.bytes,
    period,
    demo: demo || undefined,
    next: nextStep(given),
  };
  const lines = [
    period === undefined ? undefined : `Made ${period}:`,
    summary(given),
    deleted.length === 0 ? undefined : `Gone: ${listed(handles, MOST_LISTED)}.`,
    painted === 0 ? undefined : `With their composites went ${counted(painted, 'picture')} by Adobe.`,
    saved.length === 0
      ? undefined
      : `Saved files stay: ${listed(
          saved.map((path) => JSON.stringify(path)),
          MOST_FILES,
        )}.`,
    masksLeft.length === 0
      ? undefined
      : `${masksLeftWords(masksLeft.length, deleted.length)} To delete too: ${listed(masksLeft, MOST_LISTED)}.`,
    kept.length === 0 ? undefined : `${keptWords(kept.length, neededBy)} Kept: ${listed(kept, MOST_LISTED)}.`,
    notAsked === 0 ? undefined : notAskedWords(notAsked),
    more ? 'More pictures match; call again for the next of them.' : undefined,
    `Next: ${result.next}`,
    demo ? demoNotice({ pictures: false }) : undefined,
  ];
  return { text: textOf(lines), structured: withoutUndefined(result), pictures: [], links: [], isError: false };
}

function summary({ deleted, kept, freed, filesLeft: { onDisk } }: DeletedToRender): string {
  if (deleted.length === 0)
    return kept.length === 0 ? 'No picture matches; nothing was deleted.' : 'Nothing was deleted.';
  const free =
    freed.bytes === 0
      ? 'Their files go soon, unless something else needs them.'
      : `${humanBytes(freed.bytes)} are free.`;
  // Uploads are used again for 20 hours (docs/jobs.md), and pictures of equal bytes have one file.
  const later =
    freed.bytes === 0 || onDisk === 0
      ? ''
      : ` ${counted(onDisk, 'file')} more ${onDisk === 1 ? 'goes' : 'go'} within a day, unless another picture has the same content.`;
  return `Deleted ${countsByKind(deleted)} for good. ${free}${later}`;
}

function notAskedWords(notAsked: number): string {
  const matches = notAsked === 1 ? 'that matches too stays' : 'that match too stay';
  return `${counted(notAsked, 'picture')} ${matches}: no one was asked about ${notAsked === 1 ? 'it' : 'them'}.`;
}

function nextStep({ deleted, kept, more, notAsked }: DeletedToRender): string {
  if (more) return 'call delete_images again with the same arguments.';
  if (notAsked > 0) return 'list_images shows what is left; delete_images asks about it anew.';
  if (kept.length > 0) return 'job_status shows what is unfinished; delete them once that has ended.';
  return deleted.length === 0 ? 'list_images shows what exists.' : 'list_images shows what is left.';
}
