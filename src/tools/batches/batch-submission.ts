import { createHash } from 'node:crypto';
import { fingerprint } from '../../jobs/deduplication/fingerprint.ts';
import type { BatchOutlook, BatchPlan, BatchView } from '../../jobs/batches/model/batch-types.ts';
import { counted, inAbout } from '../../render/phrases.ts';
import { Problem } from '../../shared/errors.ts';
import { confirmSpending, needsConsent } from '../definition/confirmation.ts';
import type { ToolCall } from '../definition/define.ts';
import { planBatch, type BatchInput } from './plan-batch.ts';

/** Recorded now, completed after an interrupted submission, or found complete. */
export type Origin = 'new' | 'resumed' | 'known';

/** What a caller decides about a batch. */
export interface SubmissionOptions {
  /** Makes a new batch even if an identical one exists. */
  readonly newJob: boolean;
  /** The user has agreed to spend. */
  readonly confirmed: boolean;
  /** For a source that changed since an earlier batch: leaves out the items that the earlier batch has made. */
  readonly onlyNew?: boolean;
  /** Sentence for the problem `batch_changed` that says how this caller asks for `newJob` and `onlyNew`. */
  readonly waysOn: string;
  /** Called with plan and estimate before anything is recorded. */
  readonly onOutlook?: (plan: BatchPlan, outlook: BatchOutlook, remark: string | undefined) => void;
  /** Called with the number of items checked so far, then of items recorded so far. */
  readonly onProgress?: (phase: 'checked' | 'written', items: number) => void;
}

/** A batch that was checked and not recorded. */
export interface CheckedBatch {
  readonly plan: BatchPlan;
  /** The batch that its submission would complete. */
  readonly resumes: BatchView | undefined;
  readonly outlook: BatchOutlook;
  /** Sentence about an earlier batch from this source, of which this one is no continuation. */
  readonly remark: string | undefined;
}

/**
 * Checks a whole batch, then records it. A batch whose digest is known already is neither checked nor paid for again; an
 * interrupted one is completed.
 * @throws Problem `batch_changed`, and as `planBatch`, `confirmSpending`, `PlannedFolder.make` and `Batches.submit`
 */
export async function submitBatch(
  input: BatchInput,
  call: ToolCall,
  options: SubmissionOptions,
): Promise<{ readonly batch: BatchView; readonly origin: Origin }> {
  const { newJob, confirmed, onProgress = () => undefined } = options;
  const { batches } = await call.services();
  const checked = await checkBatch(input, call, options);
  if (!('plan' in checked)) return { batch: checked, origin: 'known' };
  const { plan, outlook, resumes, remark } = checked;
  if (!resumes) {
    options.onOutlook?.(plan, outlook, remark);
    const what = `${input.source}${ending(outlook, call.clock.now())}`;
    const spending = { cost: outlook.cost, tool: 'submit_batch', what, confirmed };
    if (needsConsent(spending, call)) await confirmSpending({ ...spending, call: markOf(plan) }, call);
  }
  // Only now, so that a batch which is refused leaves no folder. An interrupted one has had its folder recorded.
  const folder = resumes ? plan.folder : await input.folder?.make();
  const onWritten = (items: number) => onProgress('written', items);
  const batch = await batches.submit({ ...plan, folder }, call.caller, { newJob, onWritten });
  return { batch, origin: resumes ? 'resumed' : 'new' };
}

/**
 * Checks a whole batch and finds what it would cost; or the batch that was submitted with this digest before. Records
 * nothing.
 * @throws Problem `batch_changed`, and as `planBatch` and `PlannedFolder.check`
 */
export async function checkBatch(
  input: BatchInput,
  call: ToolCall,
  options: Pick<SubmissionOptions, 'newJob' | 'onlyNew' | 'waysOn' | 'onProgress'>,
): Promise<CheckedBatch | BatchView> {
  const { newJob, onProgress = () => undefined } = options;
  const { batches } = await call.services();
  const earlier = newJob ? undefined : await batches.find(input.digest, call.caller);
  const resumes = earlier?.state === 'cancelled' ? undefined : earlier;
  if (resumes && resumes.written === resumes.items) return resumes;
  await input.folder?.check(call.random);
  const whole = await planBatch(input, call, (items) => onProgress('checked', items));
  const staysWhole = resumes !== undefined || newJob || !(input.isKept || earlier);
  const { plan, remark } = staysWhole ? { plan: whole, remark: undefined } : await withoutMade(whole, call, options);
  return { plan, resumes, remark, outlook: await batches.outlook(plan, call.caller) };
}

/**
 * What a yes to a batch is about: the very requests, with the content of their pictures. The digest of the source names
 * pictures by their paths, under which others may lie when the answer comes.
 */
function markOf({ items }: BatchPlan): string {
  return `batch ${digestOf(undefined, ...items.map(({ request }) => fingerprint(request)))}`;
}

/** ", done in about 4 h"; empty without an estimate. */
export function ending({ endsAt }: BatchOutlook, now: number): string {
  return endsAt === undefined ? '' : `, done in ${inAbout(endsAt - now)}`;
}

/** The plan without items that an earlier batch from this source has made. @throws Problem `batch_changed` */
async function withoutMade(
  plan: BatchPlan,
  call: ToolCall,
  { onlyNew, waysOn }: Pick<SubmissionOptions, 'onlyNew' | 'waysOn'>,
): Promise<Pick<CheckedBatch, 'plan' | 'remark'>> {
  const { batches } = await call.services();
  const made = await batches.alreadyMade(plan, call.caller);
  const { items, source } = plan;
  if (made.size === 0) {
    const before = await batches.newestFrom(plan, call.caller);
    const remark =
      before && `${before}, the earlier batch from ${source}, made none of these items: this is a new one.`;
    return { plan, remark };
  }
  if (onlyNew && made.size < items.length)
    return { plan: { ...plan, items: items.filter(({ key }) => !made.has(key)) }, remark: undefined };
  throw new Problem(
    'batch_changed',
    `A batch from ${source} was submitted before: ${made.size} of its ${counted(items.length, 'item')} were made before, or are being made.`,
    { next: `Nothing was recorded or spent. ${waysOn}` },
  );
}

/** Digest by which a batch that is submitted again is recognised: of its tool and of the content of its source. */
export function digestOf(tool: string | undefined, ...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(tool ?? null));
  for (const part of parts) {
    const inner = createHash('sha256').update(part).digest('hex');
    hash.update(inner);
  }
  return hash.digest('hex');
}
