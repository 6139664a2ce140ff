import { expect, test } from 'vitest';
import { fitting, table } from '../../../src/cli/terminal/table.ts';
import { progressLine } from '../../../src/cli/terminal/progress-line.ts';

test('columns are aligned as a terminal shows them: wide characters take two, combining ones none', () => {
  const rows = table([
    ['名前', 'x'],
    ['ab', 'x'],
    ['e\u0301', 'x'],
    ['👩‍🎨', 'x'],
  ]);
  expect(rows).toEqual(['名前  x', 'ab    x', 'e\u0301     x', '👩‍🎨    x']);
});

test('a text is cut at the columns that it takes, and never within a character', () => {
  expect([fitting('写真を撮る', 5), fitting('写真', 4), fitting('👩‍🎨👩‍🎨', 3), fitting('abc', 9)]).toEqual([
    '写真',
    '写真',
    '👩‍🎨',
    'abc',
  ]);
});

test('the progress line stays within the screen', () => {
  let shown = '';
  progressLine({ err: (text) => void (shown += text), errScreen: { columns: 8 } }).show('絵を描いている');
  expect(shown).toBe('\r\u001b[2K絵を描');
});
