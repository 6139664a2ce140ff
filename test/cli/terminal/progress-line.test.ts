import { describe, expect, test } from 'vitest';
import { progressLine } from '../../../src/cli/terminal/progress-line.ts';
import { table } from '../../../src/cli/terminal/table.ts';

function screen(columns?: number) {
  const written: string[] = [];
  const errScreen = columns === undefined ? undefined : { columns };
  return { written, line: progressLine({ err: (text) => void written.push(text), errScreen }) };
}

describe('progress', () => {
  test('off a screen is a line whenever the message changes', async () => {
    const { written, line } = screen();
    line.report({ progress: 1, message: 'queued' });
    line.report({ progress: 2, message: 'queued' });
    line.report({ progress: 3, message: 'running' });
    await line.finish();
    line.report({ progress: 4, message: 'late' });
    expect(written).toEqual(['queued\n', 'running\n']);
  });

  test('on a screen is one line, written over, cut before the edge, and gone at the end', async () => {
    const { written, line } = screen(10);
    line.report({ progress: 1, message: 'a message that is too long' });
    await line.finish();
    await line.finish();
    expect(written).toEqual(['\r\u001b[2Ka message', '\r\u001b[2K']);
  });

  test('leaves a screen alone where there was none', async () => {
    const { written, line } = screen(80);
    await line.finish();
    expect(written).toEqual([]);
  });
});

test('a table keeps its columns below each other, whatever the letters', () => {
  expect(table([['id', 'state'], ['übergroß', 'done', 'x'], ['a']])).toEqual([
    'id        state',
    'übergroß  done   x',
    'a',
  ]);
});
