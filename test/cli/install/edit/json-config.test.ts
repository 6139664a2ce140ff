import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import { drop, dropEmpty, holds, put, type Slot } from '../../../../src/cli/install/edit/json-config.ts';

const slot: Slot = { at: ['mcpServers'], name: 'firefly' };
const entry = { command: 'node', args: ['main.js'] };

/** What is left after the entry was added and removed. */
function undone(text: string, where = slot): string {
  const added = put(text, where, entry);
  expect(holds(added.text, where, entry)).toBe(true);
  return dropEmpty(drop(added.text, where), added.made);
}

describe('an entry that was added and removed leaves the text as it was', () => {
  test.each([
    ['an object with servers', '{\n  "mcpServers": {\n    "a": {"command": "a"}\n  }\n}\n'],
    ['an object with another key only', '{\n  "theme": "dark"\n}'],
    ['trailing commas', '{\n  "mcpServers": {\n    "a": {},\n  },\n}\n'],
    ['a comment behind the last entry', '{\n  "mcpServers": {\n    "a": {} // the first\n  } /* servers */\n}\n'],
    ['a comment line behind the last entry', '{\n  "mcpServers": {\n    "a": {}\n    // "b": {}\n  }\n}\n'],
    ['a comment before the comma', '{\n  "mcpServers": {\n    "a": {} /* x */,\n  }\n}\n'],
    ['tabs and CRLF', '{\r\n\t"mcpServers": {\r\n\t\t"a": {}\r\n\t}\r\n}\r\n'],
    ['one line', '{"mcpServers":{"a":{}},"b":1}'],
    ['one line with spaces', '{ "mcpServers": { "a": {} }, "b": 1 }\n'],
    ['one line with a trailing comma', '{"mcpServers":{"a":{},}}'],
    ['an empty list of servers', '{\n  "mcpServers": {}\n}\n'],
    ['an empty object', '{}'],
    ['comments alone', '{\n  // nothing yet\n}\n'],
    ['a comment before all', '// mine\n{\n  "a": 1\n}\n'],
    ['other line lengths', '{\n      "mcpServers": {\n            "a": {}\n      }\n}'],
    ['an entry whose name is like ours', '{\n  "mcpServers": {\n    "firefly2": {},\n    "xfirefly": {}\n  }\n}\n'],
  ])('%s', (_, text) => {
    expect(undone(text)).toBe(text);
  });

  test('any configuration, whatever its values, its white space and its comments', () => {
    const key = fc.oneof(fc.constantFrom('a', 'mcpServers', '__proto__', 'constructor', 'x"y', '\u0000'), fc.string());
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.jsonValue({ maxDepth: 0 }),
        fc.array(tie('value'), { maxLength: 3 }),
        tie('object'),
      ),
      object: fc
        .uniqueArray(fc.tuple(key, tie('value')), { maxLength: 4, selector: ([name]) => name })
        .map(Object.fromEntries),
    }));
    const object = fc.dictionary(fc.string(), value, { maxKeys: 4 });
    const config = fc.record({
      before: object,
      servers: fc.dictionary(fc.string({ minLength: 1 }), value, { maxKeys: 3 }),
    });
    fc.assert(
      fc.property(config, fc.constantFrom('  ', '\t', '    '), fc.boolean(), ({ before, servers }, unit, crlf) => {
        delete servers['firefly'];
        const whole = { ...before, mcpServers: servers };
        const plain = JSON.stringify(whole, null, unit).replaceAll(/([\]}\d"])\n/g, '$1 // note\n');
        const text = crlf ? plain.replaceAll('\n', '\r\n') : plain;
        expect(undone(text)).toBe(text);
        const added = put(text, slot, entry).text.replaceAll(/ \/\/ note(?=\r?\n)/g, '');
        // As JSON has it, which knows no negative zero.
        const expected = { ...whole, mcpServers: { ...servers, firefly: entry } };
        expect(JSON.parse(added)).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
      { numRuns: 200 },
    );
  });
});

test('an entry goes behind the others, and a comment stays behind its own entry', () => {
  const text = '{\n  "mcpServers": {\n    "a": {} // the first\n  }\n}\n';
  expect(put(text, slot, 1).text).toBe('{\n  "mcpServers": {\n    "a": {}, // the first\n    "firefly": 1\n  }\n}\n');
});

test('an entry is removed from between entries that were added later', () => {
  const added = put('{\n  "mcpServers": {\n    "a": {}\n  }\n}\n', slot, entry).text;
  const later = put(added, { at: ['mcpServers'], name: 'z' }, {}).text;
  expect(drop(later, slot)).toBe('{\n  "mcpServers": {\n    "a": {},\n    "z": {}\n  }\n}\n');
});

test('an item of a list is known by its id, and added and removed like an entry', () => {
  const item = { at: ['inputs'], name: 'mine', inList: true };
  const text = '{\n  "inputs": [\n    { "id": "other" }\n  ]\n}\n';
  const added = put(text, item, { id: 'mine' });
  expect(parse(added.text)).toEqual({ inputs: [{ id: 'other' }, { id: 'mine' }] });
  expect(drop(added.text, item)).toBe(text);
  const fresh = put('{\n  "a": 1\n}\n', item, { id: 'mine' });
  expect(dropEmpty(drop(fresh.text, item), fresh.made)).toBe('{\n  "a": 1\n}\n');
});

test('a value that is equal but for the order of its keys is the same value; one with more keys is not', () => {
  const text = '{"mcpServers": {"firefly": {"args": ["main.js"], "command": "node"}}}';
  expect(holds(text, slot, entry)).toBe(true);
  expect(holds(text, slot, { command: 'node' })).toBe(false);
  expect(holds(text.replace('"args"', '"__proto__": {}, "args"'), slot, entry)).toBe(false);
});

describe('a text that cannot be changed is refused with its place', () => {
  test.each([
    ['{\n  "a": 1\n  "b": 2\n}', 'is not valid JSON: comma expected in line 3, column 3'],
    ['{\r\n"a": }', 'is not valid JSON: value expected in line 2, column 6'],
    ['{"a": 1', 'is not valid JSON: close brace expected in line 1, column 8'],
    ['{"a": "\u0007"}', 'is not valid JSON: invalid character in line 1, column 7'],
    ['[]', 'does not hold a JSON object'],
    ['{"mcpServers": []}', 'holds no object where "firefly" belongs'],
    ['{"mcpServers": null}', 'holds no object where "firefly" belongs'],
    ['{"mcpServers": {}, "mcpServers": {}}', 'has the key "mcpServers" twice in one object'],
    ['{} {}', 'is not valid JSON: end of file expected in line 1, column 4'],
  ])('%s', (text, message) => {
    expect(() => put(text, slot, entry)).toThrow(message);
  });

  test('also one that is nested so deeply that a parser would break', () => {
    const text = `{"a": ${'['.repeat(100_000)}`;
    expect(() => put(text, slot, entry)).toThrow('has more than 100 levels in line 1, column 106');
  });
});
