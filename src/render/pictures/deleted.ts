import { demoNotice } from '../demo.ts';
import { counted, humanBytes } from '../phrases.ts';
import { textOf, type Rendered, withoutUndefined } from '../rendered.ts';
import type { DeletedResult } from '../library-schemas.ts';

/** What came of a deletion. */
export interface DeletedToRender {
  readonly deleted: readonly string[];
  /** Handles that an unfinished job, batch or edit needs. */
  readonly kept: readonly string[];
  /** Bytes that were freed at once. */
  readonly freed: number;
  /** The time that was asked for, in words. */
  readonly period: string | undefined;
  /** More pictures match than one call deletes. */
  readonly more: boolean;
}

/** Handles that an answer names; of the others it says the number. */
const MOST_LISTED = 50;

/** The pictures that were deleted, and those that stay. */
export function renderDeleted(given: DeletedToRender, { demo }: { readonly demo: boolean }): Rendered {
  const { deleted, kept, freed, period, more } = given;
  const result: DeletedResult = {
    deleted: deleted.length,
    images: deleted.slice(0, MOST_LISTED),
    kept: kept.length === 0 ? undefined : [...kept],
    freed_bytes: freed,
    period,
    demo: demo || undefined,
    next: nextStep(given),
  };
  const lines = [
    period === undefined ? undefined : `Made ${period}:`,
    summary(given),
    deleted.length === 0 ? undefined : `Gone: ${listed(deleted)}.`,
    kept.length === 0
      ? undefined
      : `Kept ${counted(kept.length, 'picture')} that an unfinished job, batch or edit needs: ${listed(kept)}.`,
    more ? 'More pictures match; call again for the next of them.' : undefined,
    `Next: ${result.next}`,
    demo ? demoNotice({ pictures: false }) : undefined,
  ];
  return { text: textOf(lines), structured: withoutUndefined(result), pictures: [], links: [], isError: false };
}

function summary({ deleted, kept, freed }: DeletedToRender): string {
  if (deleted.length === 0)
    return kept.length === 0 ? 'No picture matches; nothing was deleted.' : 'Nothing was deleted.';
  const later =
    freed === 0 ? 'Their files go soon, unless something else needs them.' : `${humanBytes(freed)} are free.`;
  return `Deleted ${counted(deleted.length, 'picture')} for good. ${later}`;
}

function nextStep({ deleted, kept, more }: DeletedToRender): string {
  if (more) return 'call delete_images again with the same arguments.';
  if (kept.length > 0) return 'job_status shows what is unfinished; delete them once that has ended.';
  return deleted.length === 0 ? 'list_images shows what exists.' : 'list_images shows what is left.';
}

function listed(handles: readonly string[]): string {
  const others = handles.length - MOST_LISTED;
  return [...handles.slice(0, MOST_LISTED), ...(others > 0 ? [`${others} more`] : [])].join(', ');
}
