import { describe, expect, test } from 'vitest';
import { codex } from '../../../../src/cli/install/clients/codex.ts';
import { cursor } from '../../../../src/cli/install/clients/cursor.ts';
import { difference } from '../../../../src/cli/install/show/difference.ts';
import { planInstall, planRemoval } from '../../../../src/cli/install/plan/plan.ts';

const launch = { command: '/usr/bin/node', args: ['/opt/main.js'], env: { FIREFLY_CLIENT_SECRET_FILE: '/home/ann/s' } };
const wanted = { name: 'firefly', launch, inputs: [], written: [] };
const added = (text: string) => difference(planInstall(cursor, wanted, text));

test('the difference shows the lines that change, with the line where they are', () => {
  expect(added('{\n  "mcpServers": {\n    "a": {}\n  }\n}\n')).toBe(
    `@@ line 3 @@
-    "a": {}
+    "a": {},
+    "firefly": {
+      "command": "/usr/bin/node",
+      "args": ["/opt/main.js"],
+      "env": {
+        "FIREFLY_CLIENT_SECRET_FILE": "/home/ann/s"
+      }
+    }
`,
  );
});

describe('a secret in a line that changes is not shown', () => {
  test.each([
    [
      'of another server, in the line that gets a comma',
      '{\n  "mcpServers": {\n    "a": {"env": {"TOKEN": "hidden-1"}}\n  }\n}',
    ],
    [
      'of another server, among its arguments',
      '{\n  "mcpServers": {\n    "a": {"args": ["--key", "hidden-1"]}\n  }\n}',
    ],
    ['in a comment', '{\n  "mcpServers": {\n    "a": {} // hidden-1\n  }\n}'],
    [
      'with quotes and backslashes',
      '{\n  "mcpServers": {\n    "a": {"k": "x\\"hidden-1", "l": "\\\\", "m": "hidden-1"}\n  }\n}',
    ],
    ['in a file of one line', '{"mcpServers": {"a": {"env": {"TOKEN": "hidden-1"}}}}'],
    [
      'of an entry that is replaced',
      '{\n  "mcpServers": {\n    "firefly": {\n      "env": {\n        "FIREFLY_CLIENT_SECRET": "hidden-1"\n      }\n    }\n  }\n}',
    ],
    [
      'of an entry of one line that is replaced',
      '{\n  "mcpServers": {\n    "firefly": {"env": {"API_KEY": "hidden-1"}}\n  }\n}',
    ],
    [
      'of an entry of our name, in its address, headers, arguments and comments of several lines',
      '{\n  "mcpServers": {\n    "firefly": {\n      "url": "https://x/?k=hidden-1",\n      "headers": {\n        "X": "hidden-1"\n      },\n      "args": [\n        "hidden-1"\n      ] /*\n hidden-1 "x": "hidden-1"\n*/\n    }\n  }\n}',
    ],
  ])('%s', (_, text) => {
    expect(added(text)).not.toContain('hidden');
    if (text.includes('firefly')) return;
    const removal = { name: 'firefly', inputs: [], made: [], written: [] };
    expect(difference(planRemoval(cursor, removal, text))).not.toContain('hidden');
  });
});

test('keys of an entry of another program are shown, and no value', () => {
  const text = added('{\n  "mcpServers": {\n    "firefly": {\n      "url": "https://x" // mine\n    }\n  }\n}');
  expect(text).toContain('-      "url": "…" // …\n');
});

test('a table of Codex with our mark that has become another one is shown without values', () => {
  const mark = planInstall(codex, wanted, '').after.split('\n')[0] ?? '';
  const lines = [
    "url = 'https://x/?k=hidden-1'",
    "http_headers = { X = 'hidden-1' }",
    'args = ["hidden-1"] # hidden-1',
  ];
  const text = [mark, '[mcp_servers.firefly]', ...lines, ''].join('\n');
  const shown = difference(planInstall(codex, wanted, text));
  expect(shown).not.toContain('hidden');
  expect(shown).toContain('-http_headers = …\n');
});

test.each([
  ['characters that steer a terminal', '\u009b31m', '\\u{9b}31m'],
  ['characters that turn the direction of reading', '\u202egnp', '\\u{202e}gnp'],
  ['characters without width', 'a\u200bb', 'a\\u{200b}b'],
  ['separators of lines', 'a\u2028b', 'a\\u{2028}b'],
])('%s in a name are shown as their code', (_, name, shown) => {
  const text = added(`{\n  "mcpServers": {\n    "${name}": {}\n  }\n}`);
  expect(text).toContain(`-    "${shown}": {}\n`);
  expect(text).not.toContain(name);
});

test('a very long line is cut', () => {
  const text = added(`{\n  "mcpServers": {\n    "${'a'.repeat(100_000)}": {}\n  }\n}`);
  expect(text.length).toBeLessThan(1000);
});

test('of a long line the change is shown, with what is ours and without what is the users', () => {
  const others = Array.from({ length: 30 }, (_, place) => `"server-${place}": {"env": {"TOKEN": "hidden-${place}"}}`);
  const text = added(`{"mcpServers": {${others.join(', ')}}}`);
  expect(text).toContain('"firefly"');
  expect(text.replaceAll(/\n\+/g, '')).toContain('/opt/main.js');
  expect(text).not.toContain('hidden');
  expect(text).not.toContain('server-3"');
  expect(text.split('\n').every((line) => line.length < 210)).toBe(true);
});
