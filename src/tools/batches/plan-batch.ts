import type { ImageImport } from '../../images/import/image-import.ts';
import { itemKeys, withoutDuplicates } from '../../jobs/batches/create/item-keys.ts';
import type { BatchPlan } from '../../jobs/batches/model/batch-types.ts';
import type { PaidRequest } from '../../jobs/model/types.ts';
import { Problem } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text.ts';
import { withCurrentNames } from '../arguments/aliases.ts';
import { checkArguments } from '../arguments/check-arguments.ts';
import type { Tool, ToolCall } from '../definition/define.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { InvalidBatch, MOST_ITEMS, type Fault, type GivenItem } from './item-input.ts';
import { itemNames, pictureName } from './item-names.ts';

/** A batch as it was asked for. */
export interface BatchInput {
  readonly tool: Tool;
  readonly source: string;
  /** Whether the source lasts, as a file or a folder does, so that it can be changed and submitted again. */
  readonly isKept: boolean;
  /** The same for two batches that ask for the same. */
  readonly digest: string;
  readonly items: readonly GivenItem[];
  /** What was wrong already when they were read. */
  readonly faults: readonly Fault[];
  readonly dedupe: boolean;
  /** Absolute; nothing is saved where undefined. */
  readonly folder: string | undefined;
  readonly template: string;
}

/** Arguments that say how one call is answered: a batch has its own ways. */
const NOT_IN_BATCHES = ['wait_seconds', 'idempotency_key', 'new_job', 'confirm'] as const;

interface Checked {
  readonly given: GivenItem;
  readonly id: string | undefined;
  readonly request: PaidRequest;
}

/**
 * Checks every item of a batch to the last rule, as its tool would: arguments, rules, pictures. Pictures are taken into
 * the library once each; nothing is sent.
 * @throws InvalidBatch with everything that is wrong; Problem where it is nobody's item, such as missing credentials
 */
export async function planBatch(
  wish: BatchInput,
  call: ToolCall,
  onChecked: (checked: number) => void = () => undefined,
): Promise<BatchPlan> {
  const { tool, items, folder, source, digest } = wish;
  const total = items.length + wish.faults.length;
  if (total === 0) throw invalidArgument('The batch has no items.', 'Give at least one.');
  if (total > MOST_ITEMS) {
    throw invalidArgument(`The batch has ${total} items, more than ${MOST_ITEMS}.`, 'Split it into several.');
  }
  const { checked, faults } = await checkAll(wish, call, onChecked);
  if (faults.length > 0) throw new InvalidBatch(faults, total);
  const kept = wish.dedupe ? withoutDuplicates(checked) : checked;
  const keys = itemKeys(kept);
  const names = itemNames(
    kept.map(({ given, request }) => ({ ...given, count: request.count })),
    wish.template,
  );
  return {
    tool: tool.name,
    source,
    digest,
    folder,
    duplicates: checked.length - kept.length,
    items: kept.map(({ given, request }, index) => ({
      key: keys[index] ?? '',
      label: given.id ?? pictureName(given) ?? given.where,
      name: names[index] ?? '',
      request,
    })),
  };
}

async function checkAll(
  { tool, items, faults: unreadable }: BatchInput,
  call: ToolCall,
  onChecked: (checked: number) => void,
): Promise<{ readonly checked: readonly Checked[]; readonly faults: readonly Fault[] }> {
  const plan = tool.plan;
  if (plan === undefined) {
    throw invalidArgument(`${tool.name} pays for nothing, so it makes no batch.`, 'Name a tool that makes pictures.');
  }
  const services = await call.services();
  const imageImport = rememberingIntake(services.imageImport);
  const planning: ToolCall = { ...call, services: async () => ({ ...services, imageImport }) };
  const checked: Checked[] = [];
  const faults = [...unreadable];
  for (const [index, given] of items.entries()) {
    call.signal.throwIfAborted();
    const request = await requestOf(given, tool, (input) => plan(input, planning));
    if ('operation' in request) checked.push({ given, id: given.id, request });
    else faults.push(request);
    onChecked(index + 1);
  }
  return { checked, faults };
}

/** The request of one item, or what is wrong with it. */
async function requestOf(
  { place, where, arguments: given }: GivenItem,
  tool: Tool,
  plan: (input: unknown) => Promise<PaidRequest>,
): Promise<PaidRequest | Fault> {
  const input = withCurrentNames(given, Object.keys(tool.input.shape));
  const forCalls = NOT_IN_BATCHES.find((name) => name in input);
  if (forCalls !== undefined) return { place, where, message: `${forCalls} is for single calls: leave it out.` };
  try {
    checkArguments(tool, input);
  } catch (error) {
    if (error instanceof Problem) return { place, where, message: error.message };
    throw error;
  }
  try {
    return await plan(input);
  } catch (error) {
    // What no other argument would mend is no fault of this item.
    if (!(error instanceof Problem) || error.actor !== 'caller') throw error;
    return { place, where, message: `${error.message} ${error.next}` };
  }
}

/** Opens and prepares each picture once, however many items name it. */
function rememberingIntake(imageImport: ImageImport): ImageImport {
  const opened = new Map<string, ReturnType<ImageImport['open']>>();
  const prepared = new Map<string, ReturnType<ImageImport['prepare']>>();
  return {
    ...imageImport,
    open: (text, viewer, kind) =>
      remembered(opened, `${kind} ${text}`, () => imageImport.open(text, viewer, kind).catch(naming(text))),
    prepare: (image, options) =>
      remembered(prepared, `${image.sha256} ${JSON.stringify(options ?? {})}`, () =>
        imageImport.prepare(image, options),
      ),
  };
}

/** An item can have several pictures: says which one it is about. */
function naming(text: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof Problem) || error.actor !== 'caller') throw error;
    const { code, actor, next, upstream } = error;
    throw new Problem(code, `"${quoteUntrusted(text, 80)}": ${error.message}`, { actor, next, upstream });
  };
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const made = known.get(key) ?? make();
  known.set(key, made);
  return made;
}
