import { z } from 'zod';
import { declarationOf } from '../../firefly/endpoints/registry.ts';
import type { JobOutlook } from '../../jobs/model/requests/call-options.ts';
import type { PaidRequest } from '../../jobs/model/types.ts';
import { paintedSides } from '../../images/composites/expand/plan-expand.ts';
import type { MediaKind } from '../../images/media.ts';
import { isRecord } from '../../shared/text/json.ts';
import { CostFacts, costFacts, costPhrase } from '../cost.ts';
import { demoNotice } from '../demo.ts';
import { counted, inAbout, nounOf, secondsUntil, sizeAndFormat } from '../phrases.ts';
import { SidesFacts } from '../pictures/facts.ts';
import { madeFrom, roleFacts } from '../pictures/made-from.ts';
import { textOf, withoutUndefined, type Rendered } from '../rendered.ts';
import { commonShape, JobResult } from '../schemas.ts';

/** Result of a paid tool that was asked for a dry run. */
export const DryRunResult = z.strictObject({
  dry_run: z.boolean().optional().describe('Nothing was sent or spent'),
  ...JobResult.pick({ summary: true, tool: true, prompt: true, model: true, custom_model: true }).shape,
  ...JobResult.pick({
    made_from: true,
    mask: true,
    roles: true,
    save_as: true,
    starts_in_seconds: true,
    ends_in_seconds: true,
  }).shape,
  size: z.string().optional().describe('Of each picture, where it is known before'),
  count: z.int().optional().describe('Pictures'),
  painted: SidesFacts.optional().describe('Pixels that are added on each side'),
  will_cost: CostFacts.optional().describe('If it is called'),
  request: z.strictObject({ path: z.string(), body: z.unknown() }).optional().describe('For Adobe'),
  ...commonShape,
});
type DryRunResult = z.infer<typeof DryRunResult>;

/** A call that was checked and not made. */
export interface DryRun {
  readonly request: PaidRequest;
  readonly outlook: JobOutlook;
  /** Sentences that come first of all. */
  readonly named: readonly string[];
  /** The file that it would be saved as, with what is cut off and scaled. */
  readonly file?: string | undefined;
}

/** The next step of a dry run. No check of ours knows what Adobe's content policy refuses. */
export function toMakeIt(how: string, hasPrompt: boolean): string {
  return `To make it, ${how}.${hasPrompt ? " Adobe's content policy judges the prompt only then." : ''}`;
}

/** What a paid call would send, make, cost and take, where nothing was sent. */
export function renderDryRun(
  { request, outlook, named, file }: DryRun,
  context: { now: number; demo: boolean },
): Rendered {
  const { tool, model, size, count, facts, edit, operation } = request;
  // Of a picture that is made, its own facts say these.
  const warnings = [...request.warnings, ...(edit?.kind === 'expand' ? edit.plan.notes : [])];
  const { media } = declarationOf(operation).limits.result;
  const result: DryRunResult = {
    dry_run: true,
    summary: [...named, 'Checked only: nothing was sent or spent.', plan(outlook, context.now)].join(' '),
    tool,
    prompt: facts.prompt,
    model,
    custom_model: facts.customModel,
    size: size && `${size.width}x${size.height}`,
    count,
    painted: edit?.kind === 'expand' ? paintedSides(edit.plan) : undefined,
    made_from: facts.sources && [...facts.sources],
    mask: facts.mask,
    roles: roleFacts(facts),
    save_as: file,
    will_cost: costFacts(outlook.cost),
    starts_in_seconds: secondsUntil(outlook.startsAt, context.now),
    ends_in_seconds: secondsUntil(outlook.endsAt, context.now),
    request: { path: declarationOf(operation).path, body: shownBody(request) },
    warnings: warnings.length === 0 ? undefined : warnings,
    demo: context.demo || undefined,
    next:
      outlook.attachesTo === undefined
        ? toMakeIt('call again without dry_run', facts.prompt !== undefined)
        : `job_status with job "${outlook.attachesTo}" shows that job; new_job: true would make another one.`,
  };
  return {
    text: textOf(lines(result, media)),
    structured: withoutUndefined(result),
    pictures: [],
    links: [],
    isError: false,
  };
}

function plan({ attachesTo, cost, startsAt, endsAt }: JobOutlook, now: number): string {
  if (attachesTo !== undefined) return `The call would attach to ${attachesTo}, an identical one, and cost nothing.`;
  const price = `The call would cost ${costPhrase(cost)}`;
  if (startsAt === undefined) return `${price}, and wait: the quota permits no request.`;
  const start = startsAt <= now + 1_000 ? 'be sent at once' : `be sent in ${inAbout(startsAt - now)}`;
  return endsAt === undefined
    ? `${price} and ${start}.`
    : `${price}, ${start} and be done in ${inAbout(endsAt - now)}.`;
}

function lines(result: DryRunResult, media: MediaKind): readonly (string | undefined)[] {
  const { summary, tool, model, count = 1, size, prompt, save_as: file, warnings = [], next, demo } = result;
  const parents = madeFrom(result);
  return [
    summary,
    `Result: ${counted(count, nounOf(media))}${size === undefined ? '' : ` of ${size}`} by ${tool}${model === undefined ? '' : `, model ${model}`}.`,
    prompt === undefined ? undefined : `Prompt: ${JSON.stringify(prompt)}`,
    parents === undefined ? undefined : `Would be made ${parents}.`,
    file === undefined ? undefined : `Would be saved as ${file}.`,
    ...warnings.map((warning) => `Note: ${warning}`),
    `Next: ${next}`,
    demo ? demoNotice({ pictures: false }) : undefined,
  ];
}

/** The body, with each upload described in place of its id, and URLs without their query, which may hold a signature. */
function shownBody({ body, pictures = [] }: PaidRequest): unknown {
  const uploads = new Map(pictures.map((picture) => [picture.sha256, `upload of ${sizeAndFormat(picture)}`]));
  const shown = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shown);
    if (!isRecord(value)) return value;
    if ('$seeds' in value) return 'random';
    if ('$picture' in value) return { uploadId: uploads.get(String(value['$picture'])) };
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, inner]) => inner !== undefined)
        .map(([key, inner]) => [key, key === 'url' ? String(inner).replace(/[?#].*$/s, '') : shown(inner)]),
    );
  };
  return shown(body);
}
