import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import packageFacts from '../package.json' with { type: 'json' };
import { COMMANDS } from '../src/cli/commands/registry.ts';
import { optionTable } from '../src/config/describe.ts';
import { tools } from '../src/tools/registry.ts';
import { CLIENTS } from '../src/cli/install/clients.ts';
import { hostSections, hostTable } from '../src/cli/install/show/guide.ts';
import { ROOT } from './architecture/source-files.ts';
import { clientsIn, driverTable, modelTable, packageOf } from './compat/seen.ts';

const README = join(ROOT, 'README.md');
const UPDATE = process.env['UPDATE'] === '1';

/** The page with `content` between the markers of a generated part. */
function withPart(text: string, part: string, content: string): string {
  const pattern = new RegExp(`(<!-- ${part}: [^>]* -->\n)[\\s\\S]*?(<!-- /${part} -->)`);
  if (!pattern.test(text)) throw new Error(`The page has no markers for ${part}`);
  return text.replace(pattern, (_, open: string, close: string) => `${open}\n${content}\n\n${close}`);
}

function toolTable(): string {
  const rows = tools.map(({ name, description, intent, toolset }) => {
    const [sentence = ''] = description.split(/(?<=\.)\s/);
    const price = name === 'generate_video' ? '2, 5 or 10 operations, by size' : 'one operation for each picture';
    return `| \`${name}\` | \`${toolset}\` | ${sentence} | ${intent === 'create' ? price : 'nothing'} |`;
  });
  return ['| tool | set | what for | costs |', '|---|---|---|---|', ...rows].join('\n');
}

/** The README as it should be. */
function renewed(text: string): string {
  const tables = withPart(withPart(text, 'tools', toolTable()), 'options', optionTable());
  return withPart(tables, 'hosts', hostSections());
}

test('the tables of the README are those of the program (UPDATE=1 rewrites them)', () => {
  const text = readFileSync(README, 'utf8');
  if (UPDATE) writeFileSync(README, renewed(text));
  expect(UPDATE ? renewed(text) : text).toBe(renewed(text));
});

test('the check of the tables can fail', () => {
  const text = readFileSync(README, 'utf8');
  const changed = text.replace('| `generate_image` |', '| `generate_picture` |');
  expect(changed).not.toBe(text);
  expect(renewed(changed)).not.toBe(changed);
});

test('every package that is installed, bundled or developed with is named in the README with its purpose', () => {
  const text = readFileSync(README, 'utf8');
  const table = text.slice(text.indexOf('## What it is built with'));
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = packageFacts;
  const all = { ...dependencies, ...optionalDependencies, ...peerDependencies, ...devDependencies };
  const unnamed = Object.keys(all).filter((name) => !name.startsWith('@types/') && !table.includes(`\`${name}\``));
  expect(unnamed).toEqual([]);
});

test('every link of the README and of CONTRIBUTING to a file leads somewhere', () => {
  const targets = ['README.md', 'CONTRIBUTING.md'].flatMap((name) =>
    [...readFileSync(join(ROOT, name), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(
      (match) => match[1] ?? '',
    ),
  );
  expect(targets.length).toBeGreaterThan(3);
  expect(targets.filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
});

test('every link within the README has a heading', () => {
  const text = readFileSync(README, 'utf8');
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '').toLowerCase().replace(/[^\w]+/g, '-'),
  );
  const anchors = [...text.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1] ?? '');
  expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([]);
});

test('the README has a folded section for each host, whose JSON can be read and starts the program', () => {
  const text = readFileSync(README, 'utf8');
  const blocks = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  const hosts = text.slice(text.indexOf('<!-- hosts:'), text.indexOf('<!-- /hosts -->'));
  expect(hosts.match(/^<details>$/gm)).toHaveLength(CLIENTS.length);
  expect(blocks).toHaveLength(CLIENTS.filter(({ format }) => format !== 'toml').length);
  for (const block of blocks) expect(JSON.stringify(JSON.parse(block))).toContain('/dist/main.js');
});

/** Lines that a reader sees of a page before anything is unfolded. Throws where a folded part has no end. */
function visibleLines(text: string): readonly string[] {
  let depth = 0;
  const shown = text.split('\n').filter((line) => {
    if (line === '</details>') depth -= 1;
    const isFolded = depth > 0;
    if (line === '<details>') depth += 1;
    return !isFolded && line.trim() !== '' && !/^<\/?details>$/.test(line);
  });
  if (depth !== 0) throw new Error('A folded part has no end, or no beginning.');
  return shown;
}

test('the README is read on a few screens: whatever is long is folded', () => {
  const shown = visibleLines(readFileSync(README, 'utf8'));
  expect(shown.length).toBeGreaterThan(40);
  expect(shown.length).toBeLessThan(75);
});

test('the count of lines that are seen leaves out what is folded, and nothing else', () => {
  const folded = ['one', '<details>', '<summary>x</summary>', 'two', '</details>', '', 'three'];
  expect(visibleLines(folded.join('\n'))).toEqual(['one', 'three']);
  expect(() => visibleLines('<details>\nx')).toThrow('no end');
});

test('the table of hosts in docs is the one of the program (UPDATE=1 rewrites it)', () => {
  const path = join(ROOT, 'docs/installing-hosts.md');
  const text = readFileSync(path, 'utf8');
  const now = withPart(text, 'hosts', hostTable());
  if (UPDATE) writeFileSync(path, now);
  expect(UPDATE ? now : text).toBe(now);
});

test('the tables of clients that are driven are what was seen (UPDATE=1 rewrites them)', () => {
  const path = join(ROOT, 'docs/hosts.md');
  const text = readFileSync(path, 'utf8');
  const now = withPart(withPart(text, 'drivers', driverTable()), 'models', modelTable());
  if (UPDATE) writeFileSync(path, now);
  expect(UPDATE ? now : text).toBe(now);
});

test('a host is called tried only where test/compat/hosts asks that version of it', () => {
  const installed = clientsIn('hosts').map((name) => packageOf(join(ROOT, 'test/compat/hosts', name)));
  const asked = readFileSync(join(ROOT, 'test/compat/hosts/check.mjs'), 'utf8');
  const tried = CLIENTS.filter((client) => client.tried !== undefined);
  expect(tried.flatMap((client) => client.tried ?? []).toSorted()).toEqual(installed.toSorted());
  expect(tried.filter(({ id }) => !asked.includes(`id: '${id}'`))).toEqual([]);
});

test('the README and the page on the command line show every command, and call only tools that exist', () => {
  const pages = ['README.md', 'docs/command-line.md'].map((path) => readFileSync(join(ROOT, path), 'utf8'));
  const names = tools.map(({ name }) => name);
  for (const page of pages) {
    const lines = [...page.matchAll(/(?:node dist\/main\.js|firefly-mcp|`…) ([a-z]+)(?: ([a-z_]+))?/g)];
    const shown = new Set(lines.map(([, command = '']) => command));
    expect([...shown].filter((command) => !(command in COMMANDS))).toEqual([]);
    expect(Object.keys(COMMANDS).filter((command) => !shown.has(command))).toEqual([]);
    const called = lines.flatMap(([, command, word]) => (command === 'call' && word !== undefined ? [word] : []));
    expect(called.length).toBeGreaterThan(0);
    expect(called.filter((name) => !names.includes(name))).toEqual([]);
  }
});
