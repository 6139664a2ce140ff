import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { tools } from '../../../src/tools/registry.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';
import { anAnswer } from '../an-answer.ts';
import { odd, toolArguments } from '../generators/arguments.ts';
import { damaged } from '../generators/damage.ts';
import type { WayIn } from '../inputs.ts';

const item = fc.oneof(
  fc.record({ prompt: fc.constantFrom('a fox', 'a hare {name}', '') }),
  fc.record({ tool: fc.constantFrom('generate_image', 'fill_image', 'x'), arguments: toolArguments }),
  toolArguments,
  odd,
);
const json = (value: unknown) => JSON.stringify(value) ?? '';
const end = fc.constantFrom('\n', '\r\n', '\r', '\u2028', '');
const row = fc.array(
  fc.oneof(fc.constantFrom('prompt', 'a fox', '"a, ""b"""', '', '=1+1'), fc.string({ maxLength: 8 })),
  {
    maxLength: 4,
  },
);
const lines = fc.array(fc.oneof(item.map(json), fc.json(), fc.string({ unit: 'binary' })), { maxLength: 8 });
/** Items in every form that people write them in. */
const written = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(lines, end).map(([all, between]) => all.join(between)) },
  fc.array(item, { maxLength: 5 }).map(json),
  fc.array(item, { maxLength: 5 }).map((all) => all.map((value) => JSON.stringify(value, null, 2)).join('\n')),
  fc.array(item, { maxLength: 3 }).map((items) => json({ items })),
  fc
    .tuple(fc.array(row, { maxLength: 4 }), fc.constantFrom(',', ';', '\t', '|'))
    .map(([rows, between]) => rows.map((cells) => cells.join(between)).join('\n')),
  fc
    .tuple(fc.constantFrom('[', '{"a":', '[{"prompt":', '"', '{}'), fc.constantFrom(10, 1_000, 50_000))
    .map(([piece, times]) => piece.repeat(times)),
  fc.constant(json(Object.fromEntries(Array.from({ length: 3_000 }, (_, key) => [`k${key}`, 1])))),
  fc.constant('{"prompt":"a","prompt":"b"}\n{"prompt":"a"},'),
);
const encode = fc.constantFrom<(text: string) => Buffer>(
  (text) => Buffer.from(text),
  (text) => Buffer.from(`\ufeff${text}`),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  (text) => Buffer.from(text, 'latin1'),
  (text) => Buffer.from(Array.from(text).flatMap((letter) => [0, 0, 0, letter.charCodeAt(0) & 0xff])),
  (text) => gzipSync(text),
  workbook,
);
const file = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(written, encode).map(([text, bytesOf]) => bytesOf(text)) },
  { weight: 2, arbitrary: damaged(fc.tuple(written, encode).map(([text, bytesOf]) => bytesOf(text))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
);

/** Files of items, and what a call says besides. Nothing is paid for that is refused. */
export const batchFiles: WayIn = async (more) => {
  await using rooms = await TestRooms.open();
  const name = fc.constantFrom('items.jsonl', 'items.json', 'items.csv', 'items.xlsx', 'items', 'it ems.txt');
  const tool = fc.constantFrom('generate_image', ...tools.map((known) => known.name));
  const besides = fc.record(
    { tool, common: toolArguments, name: odd, save_as: odd, dry_run: fc.boolean() },
    { requiredKeys: [] },
  );
  const given = fc.oneof(fc.constant({ tool: 'generate_image' }), besides);
  await more(fc.tuple(name, file, given), async ([path, bytes, call]) => {
    await rooms.file(path, bytes);
    await anAnswer(rooms, 'submit_batch', { file: path, ...call });
  });
};

/** The beginning of a workbook of Excel: an archive with one part. */
function workbook(text: string): Buffer {
  const name = Buffer.from('xl/worksheets/sheet1.xml');
  const packed = deflateRawSync(text);
  const head = Buffer.alloc(30);
  head.write('PK\u0003\u0004', 'latin1');
  head.writeUInt16LE(8, 8);
  head.writeUInt32LE(packed.length, 18);
  head.writeUInt32LE(Buffer.byteLength(text), 22);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, name, packed]);
}
