import { join } from 'node:path';
import type { BatchRow } from '../../store/batches/batch-row.ts';
import type { BatchItemView, BatchView } from '../model/batch-types.ts';

/** Endings of a manifest, which is written in two forms. */
export const MANIFEST_ENDINGS = ['.csv', '.json'] as const;

/** Where the manifest of a batch lies; empty before it is written. */
export function manifestFiles({ folder, manifest }: Pick<BatchRow, 'folder' | 'manifest'>): readonly string[] {
  if (folder === null || manifest === null) return [];
  return MANIFEST_ENDINGS.map((ending) => join(folder, manifest + ending));
}

/** One line of the manifest: an item, or one of its pictures where it has several. */
interface Row {
  readonly item: string;
  readonly job: string;
  readonly state: string;
  readonly image: string;
  readonly file: string;
  readonly seed: string;
  readonly error: string;
  readonly message: string;
  readonly paidRequests: number;
}

const COLUMNS = ['item', 'job', 'state', 'image', 'file', 'seed', 'error', 'message', 'paid_requests'] as const;

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
      String(row.paidRequests),
    ]);
  return [COLUMNS, ...lines].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/** The manifest as JSON. `nameOf` says how a file is called there: relative to the folder of the manifest. */
export function manifestJson(
  batch: BatchView,
  items: readonly BatchItemView[],
  nameOf: (path: string) => string,
): string {
  const whole = {
    batch: batch.id,
    tool: batch.tool,
    source: batch.source,
    state: batch.state,
    created_at: new Date(batch.createdAt).toISOString(),
    counts: batch.counts,
    duplicates_left_out: batch.duplicates,
    paid_requests: batch.paidRequests,
    items: items.map((item) => ({
      item: item.label,
      job: item.job,
      state: item.state,
      images: item.images.map((image) => {
        const path = item.files[image.id];
        return { image: image.id, file: path === undefined ? null : nameOf(path), seed: image.facts.seed ?? null };
      }),
      error: item.problem === undefined ? null : { code: item.problem.code, message: item.problem.message },
      paid_requests: item.paidRequests,
    })),
  };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}

function rowsOf(item: BatchItemView, nameOf: (path: string) => string): readonly Row[] {
  const common = {
    item: item.label,
    job: item.job,
    state: item.state,
    error: item.problem?.code ?? '',
    message: item.problem?.message ?? '',
  };
  const none: Row = { ...common, image: '', file: '', seed: '', paidRequests: item.paidRequests };
  if (item.images.length === 0) return [none];
  return item.images.map((image, index) => {
    const path = item.files[image.id];
    return {
      ...common,
      image: image.id,
      file: path === undefined ? '' : nameOf(path),
      seed: image.facts.seed === undefined ? '' : String(image.facts.seed),
      // Said once, so that the column can be summed.
      paidRequests: index === 0 ? item.paidRequests : 0,
    };
  });
}

/** Quoted where it must be. A cell that a spreadsheet would run as a formula is made text (OWASP "CSV Injection"). */
function csvCell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) && !/^-?\d+$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
