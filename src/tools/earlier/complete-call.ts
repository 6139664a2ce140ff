import type { z } from 'zod';
import { Problem } from '../../shared/errors.ts';
import { type ArgumentRules, readCall } from '../arguments/check-arguments.ts';
import { defaultArguments, DEFAULTS_OPTION, defaultsNote } from '../arguments/default-arguments.ts';
import { withoutRivals } from '../arguments/rivals.ts';
import type { Fallbacks, Services, ToolCall } from '../definition/define.ts';
import { earlierJob } from './earlier-job.ts';
import { aboutPictures } from './kept-arguments.ts';
import { likeArguments } from './like-arguments.ts';

/** The arguments of a paid call, with what an earlier job or the defaults bring. */
export interface CompleteCall<Input extends z.ZodObject> {
  readonly input: z.infer<Input>;
  /** As they were read: what a job keeps. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Sentences that say where values come from which the call did not give. */
  readonly notes: readonly string[];
  /** What a refusal adds to its next step; empty where the call gave all by itself. */
  readonly blame: string;
}

/** A paid call whose arguments were read; without `like` they are complete at once. */
export interface BegunCall<Input extends z.ZodObject> {
  /** The arguments that were given. */
  readonly names: readonly string[];
  readonly isDryRun: boolean;
  /** @throws Problem as `earlierJob` and `likeArguments`, and `invalid_argument` */
  complete(services: Services, call: ToolCall): Promise<CompleteCall<Input>>;
}

const BY_LIKE =
  'What the call does not give comes from like: where it does not fit, leave like out and give all of it.';

/**
 * Reads the arguments of a paid call. An argument of the call beats that of `like`, that beats what is common to a batch,
 * and that the defaults: a job
 * that had them brings them along, so that "the same again" is the same whatever the defaults are by now.
 * @throws Problem `invalid_argument`
 */
export function beginCall<Input extends z.ZodObject>(
  tool: ArgumentRules<Input>,
  given: unknown,
  { defaults, common = {} }: Fallbacks,
): BegunCall<Input> {
  const read = readCall(tool, given);
  const { like, dry_run } = read.values;
  const begun = { names: Object.keys(read.values), isDryRun: dry_run === true };
  if (typeof like === 'string' && read.isKnown) return { ...begun, complete: completeLike(like) };
  const taken = defaultArguments(tool, defaults, begun.names);
  const note = defaultsNote(taken);
  const blame = note === undefined ? '' : `${note} An argument of the call goes before ${DEFAULTS_OPTION}.`;
  const input = blaming(blame, () => read.judge(taken));
  const values = { ...taken, ...read.values };
  const complete = { input, values, notes: note === undefined ? [] : [note], blame };
  return { ...begun, complete: async () => complete };

  function completeLike(earlier: string): BegunCall<Input>['complete'] {
    return async (services, call) => {
      const job = await earlierJob(earlier, tool.name, services, call);
      const { base: brought, note } = likeArguments(job, aboutPictures(read.values), 'seeds' in tool.input.shape);
      const below = withoutRivals(common, [...begun.names, ...Object.keys(brought)]);
      const base = { ...below, ...brought };
      const input = blaming(BY_LIKE, () => read.judge(base));
      return { input, values: { ...base, ...read.values }, notes: [note], blame: BY_LIKE };
    };
  }
}

/** Runs `work`; a refusal of arguments says in its next step where values come from that the call did not give. */
function blaming<T>(blame: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw blamed(blame, error);
  }
}

/** The refusal of arguments with that sentence; any other error as it is. */
export function blamed(blame: string, error: unknown): unknown {
  if (blame === '' || !(error instanceof Problem) || error.code !== 'invalid_argument') return error;
  const { code, message, actor, next, upstream } = error;
  return new Problem(code, message, { actor, next: `${next} ${blame}`, upstream });
}
