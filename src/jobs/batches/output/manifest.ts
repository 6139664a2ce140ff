import { join } from 'node:path';
import { onOneLine, withoutHidden } from '../../../shared/text/text.ts';
import { NO_COST, type Cost } from '../../../firefly/pricing.ts';
import type { BatchRow } from '../../store/batches/batch-row.ts';
import type { BatchItemView, BatchView } from '../model/batch-types.ts';

/** File extensions of a manifest, one for each of its two formats. */
export const MANIFEST_EXTENSIONS = ['.csv', '.json'] as const;

/** Paths of the manifest files of a batch; empty before they are written. */
export function manifestFiles({ folder, manifest }: Pick<BatchRow, 'folder' | 'manifest'>): readonly string[] {
  if (folder === null || manifest === null) return [];
  return MANIFEST_EXTENSIONS.map((extension) => join(folder, manifest + extension));
}

/** The first bytes of the JSON manifest of a batch. */
export function manifestBeginning(batch: string): string {
  return `{\n  "batch": ${JSON.stringify(batch)},\n`;
}

/** One line of the CSV: one picture of an item, or an item without pictures. */
interface Row {
  readonly item: string;
  readonly job: string;
  readonly state: string;
  readonly image: string;
  readonly file: string;
  readonly seed: string;
  readonly error: string;
  readonly message: string;
  readonly cost: Cost;
  readonly source: string;
}

const COLUMNS = [
  'item',
  'job',
  'state',
  'image',
  'file',
  'seed',
  'error',
  'message',
  'operations',
  'requests',
  'estimate',
  'source',
] as const;

/** The manifest as CSV (RFC 4180), with a line for each picture, and one for each item that has none. */
export function manifestCsv(items: readonly BatchItemView[], nameOf: (path: string) => string): string {
  const lines = items
    .flatMap((item) => rowsOf(item, nameOf))
    .map((row) => [
      row.item,
      row.job,
      row.state,
      row.image,
      row.file,
      row.seed,
      row.error,
      row.message,
      String(row.cost.operations),
      String(row.cost.requests),
      String(row.cost.estimate),
      row.source,
    ]);
  return [COLUMNS, ...lines].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/** The manifest as JSON. `nameOf` gives the name of a file relative to the folder of the manifest. */
export function manifestJson(
  batch: BatchView,
  items: readonly BatchItemView[],
  nameOf: (path: string) => string,
): string {
  const manifest = {
    batch: batch.id,
    tool: batch.tool,
    source: batch.source,
    state: batch.state,
    created_at: new Date(batch.createdAt).toISOString(),
    counts: batch.counts,
    duplicates_left_out: batch.duplicates,
    cost: batch.cost,
    items: items.map((item) => ({
      item: item.label,
      source: item.source ?? null,
      job: item.job,
      state: item.state,
      images: item.images.map((image) => {
        const path = item.files[image.id];
        return { image: image.id, file: path === undefined ? null : nameOf(path), seed: image.facts.seed ?? null };
      }),
      ...(item.remark !== undefined && { remark: item.remark }),
      error: item.problem === undefined ? null : { code: item.problem.code, message: item.problem.message },
      cost: item.cost,
    })),
  };
  return `${visibleJson(JSON.stringify(manifest, undefined, 2))}\n`;
}

function rowsOf(item: BatchItemView, nameOf: (path: string) => string): readonly Row[] {
  const common = {
    item: item.label,
    job: item.job,
    state: item.state,
    error: item.problem?.code ?? '',
    message: item.problem?.message ?? item.remark ?? '',
    source: item.source ?? '',
  };
  const withoutImage: Row = { ...common, image: '', file: '', seed: '', cost: item.cost };
  if (item.images.length === 0) return [withoutImage];
  return item.images.map((image, index) => {
    const path = item.files[image.id];
    return {
      ...common,
      image: image.id,
      file: path === undefined ? '' : nameOf(path),
      seed: image.facts.seed === undefined ? '' : String(image.facts.seed),
      // In the first line only, so that the columns can be summed.
      cost: index === 0 ? item.cost : NO_COST,
    };
  });
}

/**
 * A quoted cell where RFC 4180 demands it; formulas are defused with an apostrophe (OWASP "CSV Injection"), also in the wide
 * letters that spreadsheets of East Asia take. Ids and names come from others and are read on terminals: they are shown on
 * one line without what is hidden.
 */
function csvCell(text: string): string {
  const seen = onOneLine(withoutHidden(text));
  const plain = /^\s*[=+\-@＝＋－＠]/u.test(seen) && !/^-?\d+$/.test(seen) ? `'${seen}` : seen;
  return /[",]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Hidden characters by their numbers: programs read the same text, and a terminal does not act on it. */
function visibleJson(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\p{Default_Ignorable_Code_Point}\p{Co}\u2028\u2029]/gu, (hidden) =>
    hidden.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
