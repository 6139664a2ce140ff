import type { Cost } from '../../firefly/pricing.ts';
import type { BatchItemView, BatchOutlook, BatchPlan, BatchView } from '../../jobs/batches/model/batch-types.ts';
import type { BatchResult } from '../batch-schemas.ts';
import { costFacts, costPhrase } from '../cost.ts';
import type { RenderContext } from '../pictures/picture.ts';
import { endedRows, plannedNoun, plannedRemarks, plannedRows, rowLine, withoutComposite } from './batch-items.ts';
import { nextBatchStep, nextCommand } from './batch-next-steps.ts';
import { imageLink } from '../links.ts';
import { counted, inAbout, isoTime, secondsUntil } from '../phrases.ts';
import { demoNotice } from '../demo.ts';
import { type PictureBlock, textOf, type Rendered, withoutUndefined } from '../rendered.ts';
import type { JobStatusResult } from '../schemas.ts';

/** Pictures of a batch that an answer links to. */
const MOST_LINKS = 12;

/** A batch and what an answer adds to it. */
export interface BatchToRender {
  readonly batch: BatchView;
  /** An identical batch was submitted before, and nothing new was recorded. */
  readonly attached?: boolean;
  /** What the call has done. */
  readonly done?: string;
  /** Remark about the budget (`budgetRemark`). */
  readonly beyondBudget?: string | undefined;
  /** What all items will cost, where the call has just submitted the batch. */
  readonly willCost?: Cost | undefined;
  /** The items before they are made, where the call has just submitted the batch. */
  readonly plan?: BatchPlan | undefined;
  /** Sentences about what is in the source and no item. */
  readonly leftOut?: readonly string[];
  /** Remarks on the sheet. */
  readonly remarks?: readonly string[];
  /** Items that have ended: all, or the newest. */
  readonly ended?: readonly BatchItemView[];
  /** Items without their composite, where `ended` does not show them. */
  readonly missing?: number | undefined;
  /** The pictures on one sheet, each with the number of its item. */
  readonly sheet?: PictureBlock | undefined;
}

/** The circumstances in which a batch is shown. */
export interface BatchContext {
  readonly now: number;
  readonly demo: boolean;
  /** As in `RenderContext`. */
  readonly link?: RenderContext['link'];
  readonly serverPaths: boolean;
  /** Whether the next step names tools, the default, or commands. */
  readonly reader?: 'conversation' | 'command_line';
}

/** A batch in any state: counts, estimated end, failures, pictures and the next step. */
export function renderBatch(given: BatchToRender, context: BatchContext): Rendered {
  const result = batchFacts(given, context);
  const { ended = [], sheet } = given;
  const links = ended
    .flatMap(({ images }) => images)
    .slice(0, MOST_LINKS)
    .map(imageLink);
  const text = batchText(result, { isSheet: sheet !== undefined, noun: plannedNoun(given.plan) });
  return { text, structured: withoutUndefined(result), pictures: sheet ? [sheet] : [], links, isError: false };
}

/** Remark on a batch that costs more than a daily budget has left; undefined for others. */
export function budgetRemark({ cost, budgets }: BatchOutlook, items: number): string | undefined {
  const [tightest] = [...budgets].sort((a, b) => b.tooLarge - a.tooLarge || a.left - b.left);
  if (tightest === undefined || (tightest.left >= cost.operations && tightest.tooLarge === 0)) return undefined;
  const { owner, limit, left, tooLarge } = tightest;
  const whose = owner === 'principal' ? 'Your' : 'The';
  const room = `${whose} daily budget of ${counted(limit, 'operation')} has room for ${left} of ${cost.operations} now`;
  if (tooLarge === items) return `${room}; none of it will be made.`;
  if (tooLarge > 0) {
    return `${room}; ${counted(tooLarge, 'item')} cost more than the whole of it and will not be made, the rest goes on as it has room.`;
  }
  return `${room}; the rest goes on as soon as it has room again.`;
}

/** Counts and estimated end of a batch, in one sentence without its id and full stop. */
export function batchSummary(batch: BatchView, now: number, { isStalled = false } = {}): string {
  const { counts, items, state } = batch;
  const parts = [
    `${counts.succeeded} of ${items} done`,
    counts.failed > 0 ? `${counts.failed} failed` : undefined,
    counts.unknown > 0 ? `${counts.unknown} unknown (may have been charged)` : undefined,
    counts.cancelled > 0 ? `${counts.cancelled} cancelled` : undefined,
    counts.running > 0 ? `${counts.running} running` : undefined,
    counts.waiting > 0 ? `${counts.waiting} waiting` : undefined,
    batch.written < items ? `${items - batch.written} not recorded yet` : undefined,
  ];
  const end = batch.endsAt === undefined || batch.endsAt <= now ? '' : `; done in ${inAbout(batch.endsAt - now)}`;
  return `${parts.filter((part) => part !== undefined).join(', ')}${state === 'active' && !isStalled ? end : ''}`;
}

/** The field `batches` of an overview; absent without batches. */
export function batchLines(batches: readonly BatchView[], now: number): Pick<JobStatusResult, 'batches'> {
  if (batches.length === 0) return {};
  return {
    batches: batches.map((batch) => ({
      batch: batch.id,
      batch_state: batch.state,
      summary: `${batchSummary(batch, now)} (${batch.tool}, ${batch.source})`,
      cost: costFacts(batch.cost),
    })),
  };
}

function batchFacts(given: BatchToRender, context: BatchContext): BatchResult {
  const { batch, attached = false, ended = [], missing = withoutComposite(ended), plan, willCost } = given;
  const folder = context.serverPaths ? batch.folder : undefined;
  const rows = plan === undefined ? endedRows(ended, { folder, link: context.link }) : plannedRows(plan);
  const isStalled = context.reader === 'command_line' && !batch.isDriven;
  return {
    batch: batch.id,
    batch_state: batch.state,
    summary: [
      willCost && `${counted(batch.items, 'item')} will cost ${costPhrase(willCost)} in all.`,
      `${batchSummary(batch, context.now, { isStalled })}.`,
    ]
      .filter((sentence) => sentence !== undefined)
      .join(' '),
    tool: batch.tool,
    source: batch.source,
    total: batch.items,
    counts: { ...batch.counts },
    attached: attached || undefined,
    ends_in_seconds: batch.state === 'active' && !isStalled ? secondsUntil(batch.endsAt, context.now) : undefined,
    cost: costFacts(batch.cost),
    will_cost: willCost && costFacts(willCost),
    folder,
    manifests: context.serverPaths && batch.manifests.length > 0 ? [...batch.manifests] : undefined,
    failures:
      batch.failures.length === 0
        ? undefined
        : batch.failures.map(({ label, job, state, problem }) => ({
            item: label,
            job,
            state,
            message: problem?.message,
          })),
    items: rows.length === 0 ? undefined : [...rows],
    created_at: isoTime(batch.createdAt),
    warnings: warnings(given),
    demo: context.demo || undefined,
    next:
      context.reader === 'command_line'
        ? nextCommand(batch, { isStalled, missing, demo: context.demo })
        : nextBatchStep(batch, context, { missing }),
  };
}

function warnings({
  batch,
  attached,
  done,
  beyondBudget,
  leftOut = [],
  remarks = [],
  plan,
}: BatchToRender): string[] | undefined {
  const { duplicates: left, waitsFor } = batch;
  const list = [
    done,
    beyondBudget,
    ...leftOut,
    ...remarks,
    ...(plan === undefined ? [] : plannedRemarks(plan.items)),
    waitsFor && `Nothing can be sent at the moment: ${waitsFor.message} ${waitsFor.next}`,
    attached
      ? 'An identical batch was submitted before; nothing new was recorded. Pass new_job: true to make a new one.'
      : undefined,
    left > 0 ? `${counted(left, 'item')} left out as a repetition of another one.` : undefined,
  ].filter((line) => line !== undefined);
  return list.length === 0 ? undefined : list;
}

function batchText(
  result: BatchResult,
  { isSheet, noun }: { readonly isSheet: boolean; readonly noun: string },
): string {
  const { items = [], total = 0 } = result;
  const pictures = items.filter(({ image }) => image !== undefined).length;
  const lines = [
    `Batch ${result.batch}, ${result.batch_state}: ${result.summary}`,
    `Made with ${result.tool} from ${result.source}.${result.cost === undefined ? '' : ` Cost so far: ${costPhrase(result.cost)}.`}`,
    result.folder === undefined ? undefined : `Folder: ${result.folder}`,
    ...(result.manifests ?? []).map((path) => `Manifest: ${path}`),
    isSheet ? 'The sheet shows the pictures with these numbers:' : undefined,
    ...items.map((row) => rowLine(row, noun)),
    result.will_cost !== undefined && total > items.length ? `and ${total - items.length} more` : undefined,
    ...(result.failures ?? []).map(
      ({ item, job, state, message }) => `- ${item}: ${state} (${job})${message === undefined ? '' : `: ${message}`}`,
    ),
    ...(result.warnings ?? []).map((warning) => `Note: ${warning}`),
    `Next: ${result.next}`,
    result.demo ? demoNotice({ pictures: pictures > 0 || (result.counts?.succeeded ?? 0) > 0 }) : undefined,
  ];
  return textOf(lines);
}
