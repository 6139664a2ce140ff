import { Problem } from '../../shared/errors.ts';
import { decodeText } from '../../shared/text/decode-text.ts';
import { isRecord } from '../../shared/text/json.ts';
import { binaryKindOf } from '../../shared/text/binary-kinds.ts';
import { scanJson, toldTwice, type RepeatedKey } from '../../shared/text/scan-json.ts';
import type { Fault, RawItem } from './items/item.ts';
import { splitJson, whyNotJson, type JsonPiece } from './json-pieces.ts';

/** What a file of a batch holds. */
export interface BatchFile {
  readonly items: readonly RawItem[];
  readonly faults: readonly Fault[];
}

/** An item, and the object as the file has it. */
interface WrittenItem extends RawItem {
  readonly text: string;
  /** Number of the line in which it begins, from 1. */
  readonly line: number;
}

const WANTED = 'Write one JSON object a line, such as {"prompt": "a lighthouse at dusk"}, or a JSON list of them.';

/**
 * Reads the items of a batch from a file: JSON objects, one a line or over several lines, or one JSON list of them.
 * An item that has a key twice is a fault, since only one of its values would count.
 * @throws Problem `invalid_batch` for a file that is none of these as a whole, with its encoding or kind named
 */
export function readBatchFile(bytes: Uint8Array): BatchFile {
  const other = binaryKindOf(bytes);
  if (other !== undefined) throw notABatch(`This file ${other.problem}.`, `${other.mend} ${WANTED}`);
  const decoded = decodeText(bytes);
  if ('problem' in decoded) {
    throw notABatch(
      `This file ${decoded.problem}.`,
      'Save it as UTF-8: in an editor with "Save as", in PowerShell with "Set-Content -Encoding utf8".',
    );
  }
  const { text } = decoded;
  const first = text.trimStart().slice(0, 1);
  if (first === '[') return fromList(text);
  if (first !== '' && first !== '{') throw otherKind(text);
  const { items, faults } = fromObjects(text);
  refuseWrapped(items);
  const repeated = items.map((item) => scanJson(item.text).repeated[0]);
  return refuseRepeated({ items, faults }, repeated, ({ line }, at) => line + at - 1);
}

/** Objects, one a line or over several lines. */
function fromObjects(text: string): { readonly items: readonly WrittenItem[]; readonly faults: readonly Fault[] } {
  const lines = readLines(text);
  if (lines.faults.length === 0) return lines;
  // Objects over several lines: every one of them is whole, though no line is.
  const pieces = splitJson(text).map((piece) => ({ piece, parsed: parse(piece.text) }));
  if (pieces.every(({ parsed }) => 'value' in parsed) && !pieces.some(({ piece }) => piece.afterComma)) {
    return {
      items: pieces.map(({ piece, parsed }) => ({
        place: piece.line,
        where: `line ${piece.line}`,
        value: 'value' in parsed ? parsed.value : undefined,
        ...piece,
      })),
      faults: [],
    };
  }
  return lines;
}

/** Refuses what is the arguments of a batch rather than its items. @throws Problem `invalid_batch` */
function refuseWrapped([only, second]: readonly RawItem[]): void {
  if (second !== undefined || !isRecord(only?.value)) return;
  const { value } = only;
  const name = ['items', 'prompts'].find((list) => Object.hasOwn(value, list) && Array.isArray(value[list]));
  if (name === undefined) return;
  throw notABatch(`This file is one object around the list "${name}".`, `Write the items alone. ${WANTED}`);
}

/** JSON lines; empty ones are skipped. */
function readLines(text: string): ReturnType<typeof fromObjects> {
  const items: WrittenItem[] = [];
  const faults: Fault[] = [];
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const place = index + 1;
    const where = `line ${place}`;
    if (line.trim() === '') continue;
    const parsed = parse(line);
    if ('value' in parsed) items.push({ place, where, value: parsed.value, text: line, line: place });
    else faults.push({ place, where, message: whyNotJson(line) });
  }
  return { items, faults };
}

function fromList(text: string): BatchFile {
  const parsed = parse(text);
  if ('value' in parsed && Array.isArray(parsed.value)) {
    const items = parsed.value.map((value: unknown, index) => ({
      place: index + 1,
      where: `item ${index + 1}`,
      value,
    }));
    const repeated = new Map(scanJson(text).repeated.map((found) => [found.entry, found]));
    return refuseRepeated(
      { items, faults: [] },
      items.map((_, index) => repeated.get(index)),
      (_, at) => at,
    );
  }
  const faulty = innerPieces(text).find((piece) => !('value' in parse(piece.text)));
  const where = faulty === undefined ? '' : ` in the object that begins in line ${faulty.line}`;
  const why = faulty === undefined ? whyNotJson(text) : whyNotJson(faulty.text);
  throw notABatch(`This file is a JSON list that cannot be read${where}: ${why}`, WANTED);
}

/**
 * Makes faults of the items that have a key twice.
 * @param repeated that key of each item; undefined where there is none
 * @param lineOf the line of the file that repeats it, from the item and the line of the text that was read
 */
function refuseRepeated<T extends RawItem>(
  { items, faults }: { readonly items: readonly T[]; readonly faults: readonly Fault[] },
  repeated: readonly (RepeatedKey | undefined)[],
  lineOf: (item: T, line: number) => number,
): BatchFile {
  const refused = items.flatMap((item, index): Fault[] => {
    const found = repeated[index];
    if (found === undefined) return [];
    const { place, where } = item;
    const line = `line ${lineOf(item, found.line)}`;
    const again = line === where ? '' : `, again in ${line}`;
    return [{ place, where, message: toldTwice(found.key, again) }];
  });
  return { items: items.filter((_, index) => repeated[index] === undefined), faults: [...faults, ...refused] };
}

/** The objects of a list that is not valid JSON as a whole. */
function innerPieces(text: string): readonly JsonPiece[] {
  const start = text.indexOf('[');
  const pieces = splitJson(`${text.slice(0, start)} ${text.slice(start + 1)}`);
  return pieces.filter((piece) => piece.text.startsWith('{'));
}

/** A file that begins with neither an object nor a list. */
function otherKind(text: string): Problem {
  const lines = text.split(/\r\n|\n|\r/, 3).filter((line) => line.trim() !== '');
  const [head = ''] = lines;
  if (text.includes('\0')) return notABatch('This file is not text.', WANTED);
  if (/^\s*</.test(head)) return notABatch('This file is markup, such as a web page.', WANTED);
  const separators = [',', ';', '\t'].find(
    (separator) => head.split(separator).length > 1 && isHeader(head, separator),
  );
  if (separators !== undefined) {
    return notABatch(
      'This file looks like CSV: its first line names columns.',
      `${WANTED} The columns are its fields.`,
    );
  }
  return notABatch('This file is plain text, not JSON.', WANTED);
}

/** Whether the first line of a table names its columns: one word for each. */
function isHeader(line: string, separator: string): boolean {
  return line.split(separator).every((name) => /^\s*"?[\p{L}_][\p{L}\p{N}_-]{0,40}"?\s*$/u.test(name));
}

function parse(text: string): { readonly value: unknown } | object {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return {};
  }
}

function notABatch(message: string, next: string): Problem {
  return new Problem('invalid_batch', message, { next: `${next} Nothing was recorded or spent.` });
}
