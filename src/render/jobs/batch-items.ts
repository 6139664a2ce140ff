import { relative, sep } from 'node:path';
import { mediaOf } from '../../firefly/endpoints/registry.ts';
import { costOf } from '../../firefly/pricing.ts';
import { safeName } from '../../images/files/names.ts';
import type { BatchItemView, BatchPlan, PlannedItem } from '../../jobs/batches/model/batch-types.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import type { BatchEntry } from '../batch-schemas.ts';
import type { RenderContext } from '../pictures/picture.ts';
import { counted, nounOf, shortened } from '../phrases.ts';

/** Items that are told one by one before they are made. */
const MOST_PLANNED = 20;
/** Items that are named for one remark, and remarks. */
const MOST_NAMED = 3;
const MOST_REMARKS = 5;
const LONGEST_NAME = 60;
const LONGEST_SOURCE = 60;

/** Items that have ended as rows: one for each picture, whose first one has the cost, and one for an item without. */
export function endedRows(
  items: readonly BatchItemView[],
  { folder, link }: { readonly folder: string | undefined; readonly link?: RenderContext['link'] },
): readonly BatchEntry[] {
  return items.flatMap(({ cost: { operations }, ...item }): readonly BatchEntry[] => {
    const { place, label, source, state, images, files, remark } = item;
    const row = { n: place, id: quoteUntrusted(label, LONGEST_NAME), source };
    if (images.length === 0) return [{ ...row, state, cost: operations }];
    return images.map((image, index) => {
      const { id, kind } = image;
      const warnings = kind === 'painted' && remark !== undefined ? [remark] : undefined;
      const path = files[id];
      const file = folder === undefined || path === undefined ? undefined : relative(folder, path).split(sep).join('/');
      return { ...row, image: id, file, link: link?.(image), ...(index === 0 && { cost: operations }), warnings };
    });
  });
}

/** Number of items that are shown as Adobe painted them, since their composite could not be made. */
export function withoutComposite(items: readonly Pick<BatchItemView, 'images' | 'remark'>[]): number {
  return items.filter(({ images, remark }) => remark !== undefined && images.some(({ kind }) => kind === 'painted'))
    .length;
}

/** The first items of a plan as rows. */
export function plannedRows({ items, folder }: Pick<BatchPlan, 'items' | 'folder'>): readonly BatchEntry[] {
  return items.slice(0, MOST_PLANNED).map(({ label, source, name, request }, index) => {
    const { operation, count, size } = request;
    const warnings = remarksOf(request);
    return {
      n: index + 1,
      id: quoteUntrusted(label, LONGEST_NAME),
      source: source && shortenedSource(source),
      // As it will be written: the id of an item is any text.
      file: folder === undefined ? undefined : safeName(name),
      count: count === 1 ? undefined : count,
      size: size && `${size.width}x${size.height}`,
      cost: costOf({ operation, count, size }).operations,
      warnings: warnings.length === 0 ? undefined : [...warnings],
    };
  });
}

/** The file or prompt of an item as its row has it. */
export function shortenedSource(source: string): string {
  return shortened(source, LONGEST_SOURCE);
}

/** What is remarked of one request, without what is said once of all masks that were drawn (`drawnRemarks`). */
function remarksOf({ warnings, drawn }: PlannedItem['request']): readonly string[] {
  return warnings.filter((warning) => warning !== drawn?.note);
}

/** What the masks of a plan change, said once of all that were drawn for it. */
function drawnRemarks(items: readonly PlannedItem[]): readonly string[] {
  const drawn = items.flatMap(({ label, request }) => (request.drawn ? [{ label, ...request.drawn }] : []));
  return [true, false].flatMap((isInverted) =>
    (['people', 'shapes'] as const).flatMap((marks) => {
      const some = drawn.filter((mask) => mask.isInverted === isInverted && mask.marks === marks);
      if (some.length === 0) return [];
      const where = `In ${some.length === items.length ? 'all' : `${some.length} of`} ${items.length}`;
      const marked = marks === 'people' ? 'the people' : 'what mask_shapes mark';
      const what = isInverted ? `${marked} stay and the background changes` : `${marked} change and the rest stays`;
      const shares = some.map(({ changes }) => Math.round(changes * 100));
      const [least, most] = [Math.min(...shares), Math.max(...shares)];
      const share = least === most ? `${least}` : `${least}-${most}`;
      const unsure = some.filter(({ confidence }) => confidence !== undefined && confidence !== 'good');
      const sure = unsure.length === 0 ? '' : ` Look at ${namedFirst(unsure)}: the edge there is not sure.`;
      return [`${where}, ${what}: ${share} % of the picture.${sure}`];
    }),
  );
}

/** The first items by name, and the number of the others. */
function namedFirst(items: readonly { readonly label: string }[]): string {
  const named = items.slice(0, MOST_NAMED).map(({ label }) => quoteUntrusted(label, LONGEST_NAME));
  return `${named.join(', ')}${items.length > MOST_NAMED ? ` and ${items.length - MOST_NAMED} more` : ''}`;
}

/** What the items of a plan make, in a word. */
export function plannedNoun(plan: Pick<BatchPlan, 'items'> | undefined): 'picture' | 'video' {
  const [first] = plan?.items ?? [];
  return nounOf(first === undefined ? 'still' : mediaOf(first.request.operation));
}

/** What the checks of items remarked: each sentence once, with the items that it is about. */
export function plannedRemarks(items: readonly PlannedItem[]): readonly string[] {
  const about = new Map<string, string[]>();
  for (const { label, request } of items) {
    for (const warning of remarksOf(request)) about.set(warning, [...(about.get(warning) ?? []), label]);
  }
  const remarks = [...about].map(([warning, labels]) => {
    if (labels.length === items.length && labels.length > 1) return `Each item: ${warning}`;
    return `${namedFirst(labels.map((label) => ({ label })))}: ${warning}`;
  });
  const more = remarks.length - MOST_REMARKS;
  const shown = more <= 0 ? remarks : [...remarks.slice(0, MOST_REMARKS), `${counted(more, 'more remark')}.`];
  return [...drawnRemarks(items), ...seedsRemark(items), ...shown];
}

/** How items with one prompt come out alike: each draws a seed of its own otherwise. */
function seedsRemark(items: readonly PlannedItem[]): readonly string[] {
  const [first, ...others] = items.map(({ request }) => request.facts.prompt);
  const isSame = first !== undefined && others.length > 0 && others.every((prompt) => prompt === first);
  if (!isSame || items.some(({ request }) => request.body['seeds'] !== undefined)) return [];
  return ['All have one prompt, and each a seed of its own: seeds in common, such as [7], make them more alike.'];
}

/** One row as a line, without what the line above it has said. */
export function rowLine(row: BatchEntry, noun = 'picture'): string {
  const { n, image, file, link, state, count = 1, size } = row;
  const made =
    image === undefined
      ? undefined
      : [image, ...(file === undefined ? [] : ['→', file]), ...(link === undefined ? [] : [link])].join(' ');
  const target = image === undefined && file !== undefined ? ` → ${file}` : '';
  const pictures = `${counted(count, noun)}${size === undefined ? '' : ` of ${size}`}${target}`;
  const { warnings = [] } = row;
  return [`${n}. ${nameOf(row)}: ${made ?? state ?? pictures}${warnings.length === 0 ? '' : '.'}`, ...warnings].join(
    ' ',
  );
}

/** Id and source in words: the source alone where the id only repeats it or counts. */
function nameOf({ id, source }: BatchEntry): string {
  if (source === undefined) return id;
  const isPlain = /^(item|line) \d+$/.test(id) || source.startsWith(`${id}.`) || source === id;
  return isPlain ? source : `${id} (${source})`;
}
