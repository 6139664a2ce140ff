import { mediaOf } from '../../firefly/endpoints/registry.ts';
import { costOf } from '../../firefly/pricing.ts';
import type { BatchOutlook, BatchPlan } from '../../jobs/batches/model/batch-types.ts';
import type { BatchResult } from '../batch-schemas.ts';
import { costFacts, costPhrase } from '../cost.ts';
import { demoNotice } from '../demo.ts';
import { counted, inAbout, nounOf, secondsUntil } from '../phrases.ts';
import { textOf, withoutUndefined, type Rendered } from '../rendered.ts';
import { budgetRemark, type BatchContext } from './batch.ts';

/** Items that are shown one by one. */
const MOST_SHOWN = 20;

/** What a batch would make, cost and take, where nothing was recorded. */
export function renderBatchDryRun(
  { plan, outlook }: { readonly plan: BatchPlan; readonly outlook: BatchOutlook },
  { now, demo, reader = 'conversation' }: Pick<BatchContext, 'now' | 'demo' | 'reader'>,
): Rendered {
  const { items, duplicates } = plan;
  const [first] = items;
  const media = first === undefined ? 'still' : mediaOf(first.request.operation);
  const end = outlook.endsAt === undefined ? '' : `, done in ${inAbout(outlook.endsAt - now)}`;
  const remarks = [
    budgetRemark(outlook, items.length),
    duplicates > 0 ? `${counted(duplicates, 'item')} left out as a repetition of another one.` : undefined,
  ].filter((remark) => remark !== undefined);
  const result: BatchResult = {
    dry_run: true,
    summary: `Checked only: nothing was recorded, sent or spent. ${counted(items.length, 'item')} would cost ${costPhrase(outlook.cost)}${end}.`,
    tool: plan.tool,
    source: plan.source,
    items: items.length,
    planned: items.slice(0, MOST_SHOWN).map(({ label, request: { operation, count, size, warnings } }) => ({
      item: label,
      count,
      size: size && `${size.width}x${size.height}`,
      operations: costOf({ operation, count, size }).operations,
      warnings: warnings.length === 0 ? undefined : [...warnings],
    })),
    will_cost: costFacts(outlook.cost),
    ends_in_seconds: secondsUntil(outlook.endsAt, now),
    warnings: remarks.length === 0 ? undefined : remarks,
    demo: demo || undefined,
    next: `To make it, ${reader === 'conversation' ? 'call again without dry_run' : 'run the command without --dry-run'}.`,
  };
  return {
    text: textOf(lines(result, nounOf(media))),
    structured: withoutUndefined(result),
    pictures: [],
    links: [],
    isError: false,
  };
}

function lines(result: BatchResult, noun: string): readonly (string | undefined)[] {
  const { planned = [], items = 0, warnings = [] } = result;
  return [
    result.summary,
    `With ${result.tool} from ${result.source}:`,
    ...planned.map(({ item, count, size, warnings: remarks = [] }) => {
      const pictures = `${counted(count, noun)}${size === undefined ? '' : ` of ${size}`}`;
      return [`- ${item}: ${pictures}.`, ...remarks].join(' ');
    }),
    items > planned.length ? `- and ${items - planned.length} more` : undefined,
    ...warnings.map((warning) => `Note: ${warning}`),
    `Next: ${result.next}`,
    result.demo ? demoNotice({ pictures: false }) : undefined,
  ];
}
