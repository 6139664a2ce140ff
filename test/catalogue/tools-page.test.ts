import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tools } from '../../src/tools/registry.ts';
import { ROOT } from '../architecture/source-files.ts';
import { toolsPage } from './tools-page.ts';

const PAGE = join(ROOT, 'docs/tools.md');

test('docs/tools.md shows the exact input and output of every tool (UPDATE=1 rewrites it)', () => {
  if (process.env['UPDATE'] === '1') writeFileSync(PAGE, toolsPage());
  expect(existsSync(PAGE)).toBe(true);
  expect(readFileSync(PAGE, 'utf8')).toBe(toolsPage());
});

test('the page has a row for every argument, with its limits, and for inner fields of results', () => {
  const page = toolsPage();
  for (const { name, input } of tools) {
    const [, part = ''] = page.split(`\n## ${name}\n`);
    for (const argument of Object.keys(input.shape)) expect(part, name).toContain(`| \`${argument}\` | `);
  }
  expect(page).toContain('| `count` | integer 1 to 4 |');
  expect(page).toContain('| `images[].seed` | integer, optional |');
  expect(page).toContain('| `error.who_can_act` | `caller` or `wait` or `operator` or `us` |');
});
