import { mediaOf } from '../../firefly/endpoints/registry.ts';
import type { BatchOutlook, BatchPlan } from '../../jobs/batches/model/batch-types.ts';
import { readFileRequest } from '../../images/conversion/file-request.ts';
import { plannedChanges } from '../../images/conversion/planned-changes.ts';
import type { BatchResult } from '../batch-schemas.ts';
import { costFacts, costPhrase } from '../cost.ts';
import { demoNotice } from '../demo.ts';
import { counted, inAbout, nounOf, secondsUntil } from '../phrases.ts';
import { type PictureBlock, textOf, withoutUndefined, type Rendered } from '../rendered.ts';
import { plannedRemarks, plannedRows, rowLine, shortenedSource } from './batch-items.ts';
import { toMakeIt } from './dry-run.ts';
import { budgetRemark, type BatchContext } from './batch.ts';

/** What a batch would make, cost and take, where nothing was recorded. */
export function renderBatchDryRun(
  {
    plan,
    outlook,
    leftOut = [],
    sheet,
    sheetRemarks = [],
  }: {
    readonly plan: BatchPlan;
    readonly outlook: BatchOutlook;
    /** Sentences about what is in the source and no item. */
    readonly leftOut?: readonly string[];
    /** The masks that were drawn, on their pictures, with the numbers of their items; and remarks on it. */
    readonly sheet?: PictureBlock | undefined;
    readonly sheetRemarks?: readonly string[];
  },
  { now, demo, serverPaths, reader = 'conversation' }: Pick<BatchContext, 'now' | 'demo' | 'reader' | 'serverPaths'>,
): Rendered {
  const { items, duplicates } = plan;
  const [first] = items;
  const media = first === undefined ? 'still' : mediaOf(first.request.operation);
  const end = outlook.endsAt === undefined ? '' : `, done in ${inAbout(outlook.endsAt - now)}`;
  const remarks = [
    budgetRemark(outlook, items.length),
    ...leftOut,
    ...plannedRemarks(items),
    ...sheetRemarks,
    reader === 'conversation' ? lookRemark(items) : undefined,
    duplicates > 0 ? `${counted(duplicates, 'item')} left out as a repetition of another one.` : undefined,
  ].filter((remark) => remark !== undefined);
  const result: BatchResult = {
    dry_run: true,
    summary: `Checked only: no job was recorded, nothing was sent or spent. ${counted(items.length, 'item')} would cost ${costPhrase(outlook.cost)}${end}.`,
    tool: plan.tool,
    source: plan.source,
    total: items.length,
    items: [...plannedRows(plan)],
    first: firstOf(plan),
    folder: serverPaths ? plan.folder : undefined,
    will_cost: costFacts(outlook.cost),
    ends_in_seconds: secondsUntil(outlook.endsAt, now),
    warnings: remarks.length === 0 ? undefined : remarks,
    demo: demo || undefined,
    next: toMakeIt(
      reader === 'conversation' ? 'call again without dry_run' : 'run the command without --dry-run',
      items.some(({ request }) => request.facts.prompt !== undefined),
    ),
  };
  return {
    text: textOf(lines(result, nounOf(media), sheet !== undefined)),
    structured: withoutUndefined(result),
    pictures: sheet === undefined ? [] : [sheet],
    links: [],
    isError: false,
  };
}

/** How to look at what a sheet shows small, and to mend it, before it is paid for: at people of whom the least is sure. */
function lookRemark(items: BatchPlan['items']): string | undefined {
  const people = items.flatMap(({ request: { drawn } }) => (drawn?.marks === 'people' ? [drawn] : []));
  const one = people.find(({ confidence }) => confidence !== undefined && confidence !== 'good') ?? people[0];
  if (one === undefined) return undefined;
  return `Before you pay, look at one large: make_mask with image "${one.picture}" and select "person". With stays [[x, y]] it takes out what is no person; give that item the result as mask.`;
}

/** What the row of the first item does not say whole: its prompt, with all that was filled in, and what its file loses. */
function firstOf({ items: [first], folder }: BatchPlan): BatchResult['first'] {
  if (first === undefined) return undefined;
  const { name, source, request } = first;
  const { prompt } = request.facts;
  const changes = folder === undefined ? [] : plannedChanges(name, request.size);
  const told = {
    prompt: prompt === undefined || (prompt === source && prompt === shortenedSource(prompt)) ? undefined : prompt,
    file: changes.length === 0 ? undefined : [readFileRequest(name).name, ...changes].join(', '),
  };
  return told.prompt === undefined && told.file === undefined ? undefined : told;
}

function lines(result: BatchResult, noun: string, isSheet: boolean): readonly (string | undefined)[] {
  const { items = [], total = 0, warnings = [] } = result;
  return [
    result.summary,
    `With ${result.tool} from ${result.source}${result.folder === undefined ? '' : `, saved in ${result.folder}`}:`,
    isSheet ? 'The sheet shows the pictures with these numbers, tinted where they would change:' : undefined,
    ...items.map((row) => rowLine({ ...row, warnings: undefined }, noun)),
    total > items.length ? `and ${total - items.length} more` : undefined,
    result.first?.prompt === undefined ? undefined : `First prompt: ${JSON.stringify(result.first.prompt)}`,
    result.first?.file === undefined ? undefined : `First file: ${result.first.file}.`,
    ...warnings.map((warning) => `Note: ${warning}`),
    `Next: ${result.next}`,
    result.demo ? demoNotice({ pictures: false }) : undefined,
  ];
}
