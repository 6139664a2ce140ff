import type { RemoteOutput, RemoteStatus } from '../../../firefly/types.ts';
import type { StoredBytes } from '../../../images/types.ts';
import { unreadableResult } from '../../../firefly/problems.ts';
import { Problem, toProblemRecord } from '../../../shared/errors.ts';
import type { EngineDeps } from '../engine-context.ts';
import type { JobRow } from '../../model/job-row.ts';

/** What the results that a status answer holds itself became, by their bytes. */
export type StoredContents = ReadonlyMap<Uint8Array, StoredBytes>;

type Succeeded = Extract<RemoteStatus, { kind: 'succeeded' }>;

/**
 * Stores the results that a status answer holds itself in place of links, before anything is recorded of it: no later
 * answer need have them. One that is no whole result counts as an output that cannot be read.
 * @returns the answer that is left, and the contents; a place that takes no bytes makes it one that is to be asked for again
 */
export async function storeContents(
  status: RemoteStatus,
  job: JobRow,
  deps: Pick<EngineDeps, 'images' | 'firefly' | 'logger'>,
): Promise<{ readonly status: RemoteStatus; readonly contents: StoredContents }> {
  const made = status.kind === 'succeeded' ? status : status.kind === 'running' ? status.made : undefined;
  const contents = new Map<Uint8Array, StoredBytes>();
  if (made === undefined || made.outputs.every(({ content }) => content === undefined)) return { status, contents };
  const outputs: RemoteOutput[] = [];
  try {
    for (const output of made.outputs) {
      const stored = output.content && (await store(output.content, job, deps));
      if (output.content !== undefined && stored !== undefined) contents.set(output.content, stored);
      if (output.content === undefined || stored !== undefined) outputs.push(output);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { status: { kind: 'transient', retryAfterMs: undefined, problem: toProblemRecord(error) }, contents };
  }
  const left = withOutputs(made, outputs);
  if (status.kind !== 'running') return { status: left, contents };
  return { status: { ...status, made: left.kind === 'succeeded' ? left : undefined }, contents };
}

/** The answer with those of its outputs that are whole. */
function withOutputs(made: Succeeded, outputs: readonly RemoteOutput[]): Succeeded | Unreadable {
  const lost = made.outputs.length - outputs.length;
  if (lost === 0) return made;
  if (outputs.length === 0)
    return { kind: 'unreadable', keys: [], retryAfterMs: undefined, problem: unreadableResult(['no whole picture']) };
  const { count = 0, assets = [], keys = [] } = made.unread ?? {};
  return { ...made, outputs, unread: { count: count + lost, assets, keys } };
}

type Unreadable = Extract<RemoteStatus, { kind: 'unreadable' }>;

/** The content in the library; undefined where it is no whole result. @throws Problem where the place takes no bytes */
async function store(
  content: Uint8Array,
  job: JobRow,
  { images, firefly, logger }: Pick<EngineDeps, 'images' | 'firefly' | 'logger'>,
): Promise<StoredBytes | undefined> {
  const { mostBytes: maxBytes } = firefly.operation(job.operation).limits.result;
  const receiver = await images.receive({ maxBytes, unread: 'named' });
  try {
    await receiver.write(content);
    return await receiver.finish();
  } catch (error) {
    if (!(error instanceof Problem) || !NO_RESULT.has(error.code)) throw error;
    logger.warn('result_unreadable', { job: job.id, problem: error.code, bytes: content.length });
    return undefined;
  } finally {
    await receiver.discard();
  }
}

/** Codes of bytes that are refused, whatever place they are put in. */
const NO_RESULT: ReadonlySet<string> = new Set(['not_a_picture', 'picture_too_large']);
