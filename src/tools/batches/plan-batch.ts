import { mediaOf } from '../../firefly/endpoints/registry.ts';
import { readFileRequest } from '../../images/conversion/file-request.ts';
import type { ImageImport } from '../../images/import/image-import.ts';
import { itemKeys, withoutDuplicates } from '../../jobs/batches/create/item-keys.ts';
import type { BatchPlan } from '../../jobs/batches/model/batch-types.ts';
import type { PaidRequest } from '../../jobs/model/types.ts';
import { Problem } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import type { PaidTool, ParsedPaidArguments, ToolCall } from '../definition/define.ts';
import { fileRemarks } from '../earlier/save-request.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { InvalidBatch, MOST_ITEMS } from './items/item-input.ts';
import type { Fault, GivenItem } from './items/item.ts';
import type { PlannedFolder } from '../../images/files/output-folder.ts';
import { fileOf, itemNames, pictureName } from './items/item-names.ts';
import { toolMissing } from './items/unnamed-tool.ts';

/** A batch as a caller submits it. */
export interface BatchInput {
  readonly tool: PaidTool;
  /** The paid tools, one of which has to be named where `tool` does not fit; undefined where the caller named it. */
  readonly toName?: readonly PaidTool[] | undefined;
  readonly source: string;
  /** Whether the source is a file or folder, which can be changed and submitted again. */
  readonly isKept: boolean;
  /** `digestOf` the tool and the source. */
  readonly digest: string;
  readonly items: readonly GivenItem[];
  /** Faults found while the source was read. */
  readonly faults: readonly Fault[];
  readonly dedupe: boolean;
  /** Nothing is saved where undefined. */
  readonly folder: PlannedFolder | undefined;
  readonly template: string;
}

/** Arguments about the answer to a single call, which items of a batch do not have. */
const NOT_IN_BATCHES = ['wait_seconds', 'idempotency_key', 'new_job', 'confirm', 'dry_run'] as const;

interface Checked {
  readonly given: GivenItem;
  readonly id: string | undefined;
  readonly request: PaidRequest;
}

/**
 * Checks every item of a batch as its tool would: arguments, rules, pictures. Each picture is imported once; nothing is
 * sent to Adobe.
 * @throws InvalidBatch with the faults of all items; Problem for what no item causes, such as missing credentials
 */
export async function planBatch(
  input: BatchInput,
  call: ToolCall,
  onChecked: (checked: number) => void = () => undefined,
): Promise<BatchPlan> {
  const { tool, items, folder, source, digest } = input;
  const total = items.length + input.faults.length;
  if (total === 0) throw invalidArgument('The batch has no items.', 'Give at least one.');
  if (total > MOST_ITEMS) {
    throw invalidArgument(`The batch has ${total} items, more than ${MOST_ITEMS}.`, 'Split it into several.');
  }
  const missing = input.toName && toolMissing(items, tool, input.toName);
  if (missing !== undefined) throw missing;
  const { checked, faults } = await checkAll(input, call, onChecked);
  if (faults.length > 0) throw new InvalidBatch(faults, total);
  const kept = input.dedupe ? withoutDuplicates(checked) : checked;
  const keys = itemKeys(kept);
  const names = itemNames(
    kept.map(({ given, request }) => ({ ...given, count: request.count })),
    input.template,
  );
  return {
    tool: tool.name,
    source,
    digest,
    folder: folder?.path,
    duplicates: checked.length - kept.length,
    items: kept.map(({ given, request }, index) => ({
      key: keys[index] ?? '',
      label: given.id ?? pictureName(given) ?? given.where,
      source: fileOf(given) ?? request.facts.prompt,
      name: names[index] ?? '',
      request,
    })),
  };
}

async function checkAll(
  { tool, items, faults: unreadable, template }: BatchInput,
  call: ToolCall,
  onChecked: (checked: number) => void,
): Promise<{ readonly checked: readonly Checked[]; readonly faults: readonly Fault[] }> {
  const services = await call.services();
  const imageImport = cachingImport(services.imageImport);
  // A person who was asked for each item would be asked thousands of times.
  const planning: ToolCall = { ...call, choose: undefined, services: async () => ({ ...services, imageImport }) };
  const checked: Checked[] = [];
  const faults = [...unreadable];
  for (const [index, given] of items.entries()) {
    call.signal.throwIfAborted();
    const request = await requestOf({ ...given, saveAs: given.saveAs ?? template }, tool, planning);
    if ('operation' in request) checked.push({ given, id: given.id, request });
    else faults.push(request);
    // An item that could not be read counts as checked.
    onChecked(unreadable.length + index + 1);
  }
  return { checked, faults };
}

/** The request of one item, or its fault. */
async function requestOf(
  { place, where, arguments: given, belowLike: common, saveAs }: GivenItem,
  tool: PaidTool,
  planning: ToolCall,
): Promise<PaidRequest | Fault> {
  let parsed: ParsedPaidArguments;
  try {
    parsed = tool.parse(given, { defaults: planning.settings.defaults, common });
  } catch (error) {
    if (error instanceof Problem) return { place, where, message: error.message };
    throw error;
  }
  const forCalls = NOT_IN_BATCHES.find((name) => parsed.names.includes(name));
  if (forCalls !== undefined) return { place, where, message: `${forCalls} is for single calls: leave it out.` };
  try {
    const request = await parsed.plan(planning);
    const isVideo = mediaOf(request.operation) === 'video';
    const remarks = fileRemarks(readFileRequest(saveAs ?? ''), { size: request.size, isVideo });
    return { ...request, warnings: [...request.warnings, ...remarks] };
  } catch (error) {
    // A problem that the caller cannot solve is no fault of this item.
    if (!(error instanceof Problem) || error.actor !== 'caller') throw error;
    return { place, where, message: `${error.message} ${error.next}` };
  }
}

/** An import that opens and prepares each picture once, however many items name it. */
function cachingImport(imageImport: ImageImport): ImageImport {
  const opened = new Map<string, ReturnType<ImageImport['open']>>();
  const prepared = new Map<string, ReturnType<ImageImport['prepare']>>();
  return {
    ...imageImport,
    open: (text, viewer, kind) =>
      cached(opened, `${kind} ${text}`, () => imageImport.open(text, viewer, kind).catch(namingPicture(text))),
    prepare: (image, options) =>
      cached(prepared, `${image.sha256} ${JSON.stringify(options ?? {})}`, () => imageImport.prepare(image, options)),
  };
}

/** Adds the picture's name to its problem, since an item can have several pictures. */
function namingPicture(text: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof Problem) || error.actor !== 'caller') throw error;
    const { code, actor, next, upstream } = error;
    const name = `"${quoteUntrusted(text, 80)}"`;
    if (error.message.includes(name)) throw error;
    throw new Problem(code, `${name}: ${error.message}`, { actor, next, upstream });
  };
}

function cached<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const made = known.get(key) ?? make();
  known.set(key, made);
  return made;
}
