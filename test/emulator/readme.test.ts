import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FaultAction, FAULT_PHASES } from '../../src/emulator/faults.ts';
import { TRIGGER_WORDS } from '../../src/emulator/rules/trigger-words.ts';
import { SIZES_V4 } from '../../src/emulator/rules/sizes.ts';

const readme = readFileSync(new URL('../../src/emulator/README.md', import.meta.url), 'utf8');

describe('the README of the emulator', () => {
  test('describes every trigger word', () => {
    for (const [word, { does }] of Object.entries(TRIGGER_WORDS)) {
      expect(readme).toContain(`| \`${word}\` | ${does} |`);
    }
    expect(readme.match(/^\| `\[/gm)).toHaveLength(Object.keys(TRIGGER_WORDS).length);
  });

  test('lists the sizes of Image 5', () => {
    for (const [level, sizes] of Object.entries(SIZES_V4)) {
      const row = readme.split('\n').find((line) => line.startsWith(`| ${level}`));
      const cells = Object.values(sizes).map(([width, height]) => `${width}x${height}`);
      expect(row).toContain(`| ${cells.join(' | ')} |`);
    }
  });

  test('lists every phase and every kind of fault', () => {
    for (const phase of FAULT_PHASES) expect(readme).toContain(`\`${phase}\``);
    for (const { shape } of FaultAction.options) expect(readme).toContain(`{ kind: '${shape.kind.value}'`);
  });
});
