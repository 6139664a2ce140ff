import { describe, expect, test } from 'vitest';
import { blockHolds, dropBlock, putBlock, type Block } from '../../../../src/cli/install/edit/toml-config.ts';

const entry = { command: 'C:\\node.exe', args: ['a "b"', '\u007f'], env: { KEY: 'value' }, timeout: 20 };
const block: Block = { at: ['mcp_servers'], name: 'firefly', owns: () => false };
/** As Codex leaves it when it writes its file: without our comment, numbers with a fraction. */
const rewritten =
  '[mcp_servers.firefly]\ncommand = "C:\\\\node.exe"\nargs = ["a \\"b\\"", "\\u007f"]\ntimeout = 20.0\n\n[mcp_servers.firefly.env]\nKEY = "value"\n';

describe('a table that was added and removed leaves the text as it was', () => {
  test.each([
    ['an empty file', ''],
    ['other tables', '# mine\nmodel = "m"\n\n[mcp_servers.a]\ncommand = "a" # keep\n'],
    ['CRLF', 'model = "m"\r\n[a]\r\nb = 1\r\n'],
    ['a name like ours', '[mcp_servers.firefly2]\ncommand = "x"\n'],
    ['a text that looks like our table', 'a = """\n[mcp_servers.firefly]\n"""\n'],
    ['large integers and dates', 'a = 9223372036854775807\nb = 2026-11-26T10:00:00Z\n[c]\n'],
  ])('%s', (_, text) => {
    const added = putBlock(text, block, entry);
    expect(blockHolds(added, block, entry) || text.includes('"""')).toBe(true);
    expect(added.startsWith(text)).toBe(true);
    expect(added.includes('\r\n')).toBe(text.includes('\r\n'));
    if (!text.includes('"""')) expect(dropBlock(added, block)).toBe(text);
  });
});

test('a table is replaced where it is, and tables behind it stay', () => {
  const before = `${putBlock('[a]\n', block, entry)}\n# about b\n[b]\nc = 1\n`;
  const after = putBlock(before, block, { command: 'other' });
  expect(after).toMatch(
    /^\[a\]\n\n# Added by .*\n\[mcp_servers\.firefly\]\ncommand = "other"\n\n# about b\n\[b\]\nc = 1\n$/,
  );
  expect(dropBlock(after, block)).toBe('[a]\n\n# about b\n[b]\nc = 1\n');
});

test('a table that Codex has rewritten is known by its command, and removed with the tables within it', () => {
  const text = `model = "m"\n\n${rewritten}\n# about other\n[mcp_servers.other]\ncommand = "o"\n`;
  const ours = { ...block, owns: (table: unknown) => JSON.stringify(table).includes('node.exe') };
  expect(blockHolds(text, ours, entry)).toBe(true);
  expect(dropBlock(text, ours)).toBe('model = "m"\n\n# about other\n[mcp_servers.other]\ncommand = "o"\n');
});

describe('a file is refused', () => {
  test.each([
    ['table of that name', rewritten],
    ['table of that name in quotes', '["mcp_servers"."firefly"]\ncommand = "x"\n'],
    ['entry of that name in dotted keys', 'mcp_servers.firefly.command = "x"\n'],
    ['entry of that name in an inline table', 'mcp_servers = { firefly = { command = "x" } }\n'],
  ])('with a %s that install did not write', (_, text) => {
    expect(() => putBlock(text, block, entry)).toThrow('that "firefly-mcp install" did not write');
    expect(() => dropBlock(text, block)).toThrow('that "firefly-mcp install" did not write');
  });

  test.each([
    ['with servers in an inline table, to which no table can be added', 'mcp_servers = { a = { command = "x" } }\n'],
    ['whose servers are no table', 'mcp_servers = 1\n'],
  ])('%s', (_, text) => {
    expect(() => putBlock(text, block, entry)).toThrow('can only be changed by hand');
  });

  test.each([
    ['a = \n', 'is not valid TOML: invalid value in line 1, column 5'],
    [`a = ${'['.repeat(100_000)}`, 'is not valid TOML'],
  ])('that is broken, with the place (%#)', (text, message) => {
    expect(() => putBlock(text, block, entry)).toThrow(message);
  });
});
