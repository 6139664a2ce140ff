import { mediumOf, type MediaKind } from '../../../images/media.ts';
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
  const others = made.filter(({ mimeType }) => mediumOf(mimeType).kind !== wanted);
  if (others.length === 0) return [];
  const [came, asked] = wanted === 'still' ? ['video', 'a picture'] : ['picture', 'a video'];
  const results = others.length === 1 ? `a ${came}` : `${others.length} ${came}s`;
  return [`Adobe made ${results} in place of ${asked}. What it made is kept as it came.`];
}

/** A warning where pictures have other pixels than were asked for. */
function sizeWarnings({ size }: JobRow, made: readonly ImageRecord[]): string[] {
  if (size === undefined) return [];
  const others = made.filter(({ width, height }) => width !== size.width || height !== size.height);
  if (others.length === 0) return [];
  const sizes = [...new Set(others.map(({ width, height }) => `${width}x${height}`))].join(', ');
  return [`Adobe made ${sizes} in place of the ${size.width}x${size.height} that were asked for.`];
}

function lossWarnings(lost: readonly ProblemRecord[], all: number): string[] {
  return lost.length === 0 ? [] : [`${lost.length} of ${all} pictures could not be fetched: ${lost[0]?.message ?? ''}`];
}
