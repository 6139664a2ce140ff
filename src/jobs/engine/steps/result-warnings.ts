import { formatName, mediumOf, type MediaKind } from '../../../images/media.ts';
import { isUnread } from '../../../images/still.ts';
import type { ImageRecord } from '../../../images/types.ts';
import type { ProblemRecord } from '../../../shared/errors.ts';
import type { JobRow } from '../../model/job-row.ts';

/** What came of the results of a job. */
interface Results {
  /** What the operation makes by its declaration. */
  readonly media: MediaKind;
  readonly made: readonly ImageRecord[];
  readonly lost: readonly ProblemRecord[];
}

/** Warnings where results are lost, or are others than were asked for. */
export function resultWarnings(job: JobRow, { media, made, lost }: Results): readonly string[] {
  return [...lossWarnings(lost, job.outputs.length), ...kindWarnings(media, made), ...sizeWarnings(job, made)];
}

/** A warning where results are of another kind than the operation makes. They are paid for, and so they are kept. */
function kindWarnings(wanted: MediaKind, made: readonly ImageRecord[]): string[] {
  const unread = made.filter(isUnread);
  const kept = unread.length === 0 ? [] : [unreadWarning(unread)];
  const others = made.filter((image) => mediumOf(image.mimeType).kind !== wanted && !isUnread(image));
  if (others.length === 0) return kept;
  const [came, asked] = wanted === 'still' ? ['video', 'a picture'] : ['picture', 'a video'];
  const results = others.length === 1 ? `a ${came}` : `${others.length} ${came}s`;
  return [...kept, `Adobe made ${results} in place of ${asked}. What it made is kept as it came.`];
}

/** Results in formats that nothing here decodes. */
function unreadWarning(unread: readonly ImageRecord[]): string {
  const formats = [
    ...new Set(
      unread.map(({ mimeType }) =>
        mimeType === 'application/octet-stream' ? 'a format that is not known' : formatName(mimeType),
      ),
    ),
  ];
  const them = unread.length === 1 ? 'it' : 'them';
  return (
    `${unread.length === 1 ? 'A result' : `${unread.length} results`} came in ${formats.join(', ')}, which is not read or shown here. ` +
    `What came is kept as it is: save_image copies ${them}, and another program may open ${them}.`
  );
}

/** A warning where pictures have other pixels than were asked for. Composites have those of the result in any case. */
function sizeWarnings({ size, edit }: JobRow, made: readonly ImageRecord[]): string[] {
  if (size === undefined || edit !== undefined) return [];
  const others = made
    .filter((image) => !isUnread(image))
    .filter(({ width, height }) => width !== size.width || height !== size.height);
  if (others.length === 0) return [];
  const sizes = [...new Set(others.map(({ width, height }) => `${width}x${height}`))].join(', ');
  return [`Adobe made ${sizes} in place of the ${size.width}x${size.height} that were asked for.`];
}

function lossWarnings(lost: readonly ProblemRecord[], all: number): string[] {
  return lost.length === 0 ? [] : [`${lost.length} of ${all} pictures could not be fetched: ${lost[0]?.message ?? ''}`];
}
