import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBatchFile } from '../../../src/tools/batches/batch-file.ts';
import { cpuMs } from '../../support/work.ts';
import { Problem } from '../../../src/shared/errors.ts';

const read = (text: string, encoding: BufferEncoding = 'utf8') => readBatchFile(Buffer.from(text, encoding));
const values = (text: string, encoding?: BufferEncoding) => read(text, encoding).items.map(({ value }) => value);
/** With its mark, as `iconv` writes it. */
const utf32 = (text: string) =>
  Buffer.concat(
    Array.from(`\ufeff${text}`, (letter) => Buffer.from(new Uint32Array([letter.codePointAt(0) ?? 0]).buffer)),
  );
const A = { prompt: 'a café 🦊' };
const B = { prompt: 'b, with } and { and "quotes"', seeds: [1] };

describe('a batch file', () => {
  test.each([
    ['of JSON lines', `${JSON.stringify(A)}\n\n${JSON.stringify(B)}\n`],
    ['of JSON lines from Windows', `\ufeff${JSON.stringify(A)}\r\n${JSON.stringify(B)}\r\n`],
    ['of JSON lines from an old Mac', `${JSON.stringify(A)}\r${JSON.stringify(B)}`],
    ['that is a list', JSON.stringify([A, B])],
    ['that is a list over several lines', `\n ${JSON.stringify([A, B], undefined, 2)}\n`],
    ['of objects over several lines', `${JSON.stringify(A, undefined, 2)}\n${JSON.stringify(B, undefined, 2)}`],
    ['of objects without a break', `${JSON.stringify(A)}${JSON.stringify(B)}`],
  ])('%s gives its items', (_what, text) => {
    expect(values(text)).toEqual([A, B]);
    expect(read(text).faults).toEqual([]);
  });

  test.each([
    ['with a mark', Buffer.from([0xff, 0xfe]), 'utf16le'],
    ['without a mark', Buffer.alloc(0), 'utf16le'],
  ] as const)('in UTF-16 as PowerShell writes it, %s, gives its items', (_what, mark, encoding) => {
    const bytes = Buffer.concat([mark, Buffer.from(`${JSON.stringify(A)}\r\n${JSON.stringify(B)}\r\n`, encoding)]);
    expect(readBatchFile(bytes).items.map(({ value }) => value)).toEqual([A, B]);
    const swapped = Buffer.from(bytes).swap16();
    expect(readBatchFile(swapped).items.map(({ value }) => value)).toEqual([A, B]);
  });

  test('gives, in every layout, the items that were written', () => {
    const item = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });
    const layout = fc.constantFrom('lines', 'list', 'pretty list', 'pretty');
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 5 }), layout, fc.boolean(), (items, how, wide) => {
        const text = {
          lines: () => items.map((each) => JSON.stringify(each)).join('\n'),
          list: () => JSON.stringify(items),
          'pretty list': () => JSON.stringify(items, undefined, 2),
          pretty: () => items.map((each) => JSON.stringify(each, undefined, 2)).join('\n'),
        }[how]();
        expect(values(text, wide ? 'utf16le' : 'utf8')).toEqual(JSON.parse(JSON.stringify(items)));
      }),
      { numRuns: 80 },
    );
  });

  test('of any bytes is read or refused by a problem', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          try {
            readBatchFile(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(Problem);
            expect(error).toMatchObject({ code: 'invalid_batch', message: expect.stringMatching(/\.$/) as string });
          }
        },
      ),
    );
  });

  test('of a hundred thousand open braces is refused in a moment', async () => {
    const text = `{"prompt": "a"}\n${'{'.repeat(100_000)}\n${'{"a":"'.repeat(50_000)}`;
    expect(await cpuMs(() => read(text))).toBeLessThan(500);
  });
});

describe('a batch file that is refused', () => {
  test.each([
    ['in Latin-1', Buffer.from('{"prompt": "x"}\n{"prompt": "caf\xe9"}', 'latin1'), 'This file is not UTF-8 (line 2).'],
    [
      'that is CSV',
      Buffer.from('prompt,count\n"a red, fox",2\n'),
      'This file looks like CSV: its first line names columns.',
    ],
    ['of a spreadsheet', Buffer.from('prompt;size\na;b\n'), 'This file looks like CSV: its first line names columns.'],
    ['of plain text', Buffer.from('a red fox, in snow\na blue bird\n'), 'This file is plain text, not JSON.'],
    ['in UTF-32', utf32('{"prompt": "x"}'), 'This file is UTF-32.'],
    ['that is compressed', gzipSync('{"prompt": "x"}'), 'This file is compressed by gzip.'],
    [
      'of Excel',
      Buffer.from('PK\x03\x04\x14\0\x06\0\b\0', 'latin1'),
      'This file is a ZIP archive, such as an Excel workbook.',
    ],
    ['that is a picture', Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF', 'latin1'), 'This file is a picture.'],
    [
      'that is a whole call',
      Buffer.from('{"tool": "x",\n"items": [{}]}'),
      'This file is one object around the list "items".',
    ],
    [
      'of prompts in an object',
      Buffer.from('{"prompts": ["a"]}'),
      'This file is one object around the list "prompts".',
    ],
    ['that is a web page', Buffer.from('<!DOCTYPE html>'), 'This file is markup, such as a web page.'],
    [
      'that is a list with a comma too many',
      Buffer.from('[{"prompt": "a"},\n{"prompt": "b",}]'),
      'This file is a JSON list that cannot be read in the object that begins in line 2: There is a comma before "}", which JSON does not allow: leave it out.',
    ],
    [
      'that is a list with a comma at its end',
      Buffer.from('[{"prompt": "a"},]'),
      'This file is a JSON list that cannot be read: There is a comma before "]", which JSON does not allow: leave it out.',
    ],
  ])('%s says what it is, once', (_what, bytes, message) => {
    expect(() => readBatchFile(bytes)).toThrow(
      expect.objectContaining({
        code: 'invalid_batch',
        message,
        next: expect.stringContaining('Nothing was recorded or spent.') as string,
      }) as Error,
    );
  });

  test.each([
    ['{"prompt": "a"},', 'There is a comma after the object: leave it out, as each line is read alone.'],
    ['{"prompt": "a",}', 'There is a comma before "}", which JSON does not allow: leave it out.'],
    ["{'prompt': 'a'}", 'It has single quotes; JSON has double ones (").'],
    ['{“prompt”: “a”}', 'It has typographic quotes; JSON has straight ones (").'],
    ['{prompt: "a"}', 'A name has no quotes; JSON has them around every name.'],
    ['{"new_job": True}', 'It is written as in Python; JSON has null, true and false.'],
    ['{"prompt": "a"}\0', 'It has a control character, such as NUL, which JSON does not allow.'],
    ['{"prompt": "a"', 'The object does not end; each line is one object.'],
  ])('for the line %s says what is wrong with it', (line, message) => {
    const { items, faults } = read(`{"prompt": "first"}\n${line}\n{"prompt": "third"}`);
    expect(items).toHaveLength(2);
    expect(faults).toEqual([{ place: 2, where: 'line 2', message }]);
  });

  const repeated = (key: string, line = '') =>
    `The key "${key}" is there twice${line}; only its last value would count. Leave one out.`;
  test.each([
    ['of a line', '{"prompt":"a"}\n{"prompt":"b","prompt":"c"}', 'line 2', repeated('prompt')],
    ['in another spelling', '{"prompt":"a"}\r\n{"prompt":"b","\\u0070rompt" : "c"}', 'line 2', repeated('prompt')],
    ['of an old Mac', '{"prompt":"a"}\r{"prompt":"b","prompt":"c"}', 'line 2', repeated('prompt')],
    ['within an item', '{"prompt":"a"}\n{"mask_shapes":[{"x":1},{"x":1,"y":2,"x":3}]}', 'line 2', repeated('x')],
    [
      'over several lines',
      '{"prompt":"a"}\n{\n"prompt":"b",\n"prompt"\n:"c"\n}',
      'line 2',
      repeated('prompt', ', again in line 4'),
    ],
    [
      'of a list',
      '[{"prompt":"a"},\n{"prompt":"b",\n"prompt":"c"}]',
      'item 2',
      repeated('prompt', ', again in line 3'),
    ],
    ['of no letters', '{"prompt":"a"}\n{"":1,"":2}', 'line 2', repeated('')],
  ])('refuses an item whose key is there twice, as one value would be lost: %s', (_what, text, where, message) => {
    const { items, faults } = read(text);
    expect(items.map(({ value }) => value)).toEqual([{ prompt: 'a' }]);
    expect(faults).toEqual([{ place: 2, where, message }]);
  });

  test('takes one key in several objects, and keys and braces within texts', () => {
    const items = [
      { prompt: '{"prompt":"a","prompt":"b"}, \\', shapes: [{ x: 1 }, { x: 1 }] },
      { prompt: '"prompt": \n' },
    ];
    for (const text of [JSON.stringify(items), items.map((item) => JSON.stringify(item)).join('\n')]) {
      expect(read(text)).toMatchObject({ items: items.map((value) => ({ value })), faults: [] });
    }
  });

  test('is searched for repeated keys in a time that grows with its length alone', async () => {
    const escapes = JSON.stringify({ prompt: '\n"'.repeat(1_000_000) });
    const keys = JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`key ${n}`, n])));
    const deep = `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
    let found: unknown;
    expect(await cpuMs(async () => void (found = read([escapes, keys, deep].join('\n')).faults))).toBeLessThan(3_000);
    expect(found).toEqual([]);
  });
});
