import { isDeepStrictEqual } from 'node:util';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { withoutRivals } from '../arguments/rivals.ts';
import { counted } from '../../render/phrases.ts';
import type { EarlierJob } from './earlier-job.ts';

type Values = Readonly<Record<string, unknown>>;

/** The arguments that an earlier job brings into a call, and a sentence that says what became of its seeds. */
export interface LikeArguments {
  readonly base: Values;
  readonly note: string;
}

/**
 * The arguments of an earlier job for a call that changes some of them. Its seeds are kept where something of the picture
 * changes, so that only that changes; where nothing does, or more pictures are wanted, they would give the same picture
 * again, and new ones are drawn.
 * @param given arguments of the call that describe the picture
 * @param hasSeeds whether the tool takes seeds
 * @throws Problem `invalid_argument` where the seeds are to be kept and not known yet: a repeat of the call would then be
 *   another request, and paid for again
 */
export function likeArguments(job: EarlierJob, given: Values, hasSeeds: boolean): LikeArguments {
  const { seeds: _asked, count: _count, ...earlier } = withoutRivals(job.arguments, Object.keys(given));
  const count = Number(given['count'] ?? (job.picture === undefined ? job.count : 1));
  const base = { ...earlier, ...(count > 1 && { count }) };
  const changed = Object.keys(given).filter(
    (name) => name !== 'count' && !isDeepStrictEqual(given[name], job.arguments[name]),
  );
  const from = job.picture === undefined ? job.id : `${job.id}#${job.picture}`;
  const how = changed.length === 0 ? `As ${from}, once more` : `As ${from}, with other ${changed.join(', ')}`;
  if (!hasSeeds || given['seeds'] !== undefined) return { base, note: `${how}.` };
  if (changed.length === 0) return { base, note: `${how}: with new seeds, since its own would give the same again.` };
  if (job.seeds === undefined && !job.hasEnded) throw seedsUnknown(job.id);
  const known = job.picture === undefined ? job.seeds : job.seeds?.slice(job.picture - 1, job.picture);
  const seeds = known !== undefined && known.length >= count ? known.slice(0, count) : undefined;
  if (seeds === undefined || seeds.length === 0) return { base, note: `${how}, and with new seeds.` };
  const kept = counted(seeds.length, 'seed');
  return {
    base: { ...base, seeds },
    note: `${how}, and with its ${kept.replace(/^1 /, '')} (${seeds.join(', ')}) kept; give seeds for others.`,
  };
}

function seedsUnknown(job: string) {
  return invalidArgument(
    `${job} has not ended, so its seeds are not known yet, and a picture with other ones would differ in all.`,
    `Wait for it with job_status, then call again; or give seeds.`,
  );
}
