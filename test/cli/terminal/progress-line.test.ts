import { describe, expect, test } from 'vitest';
import { progressLine } from '../../../src/cli/terminal/progress-line.ts';
import { table } from '../../../src/cli/terminal/table.ts';

function fakeScreen(columns?: number) {
  const written: string[] = [];
  const errScreen = columns === undefined ? undefined : { columns };
  return { written, line: progressLine({ err: (text) => void written.push(text), errScreen }) };
}

describe('the progress line', () => {
  test('without a screen is a new line for each change of the message', async () => {
    const { written, line } = fakeScreen();
    line.report({ progress: 1, message: 'queued' });
    line.report({ progress: 2, message: 'queued' });
    line.report({ progress: 3, message: 'running' });
    await line.finish();
    line.report({ progress: 4, message: 'late' });
    expect(written).toEqual(['queued\n', 'running\n']);
  });

  test('on a screen is one line that is overwritten, cut at the edge, and cleared at the end', async () => {
    const { written, line } = fakeScreen(10);
    line.report({ progress: 1, message: 'a message that is too long' });
    await line.finish();
    await line.finish();
    expect(written).toEqual(['\r\u001b[2Ka message', '\r\u001b[2K']);
  });

  test('without a message writes nothing to the screen', async () => {
    const { written, line } = fakeScreen(80);
    await line.finish();
    expect(written).toEqual([]);
  });
});

test('a table aligns its columns by characters, not by bytes', () => {
  expect(table([['id', 'state'], ['übergroß', 'done', 'x'], ['a']])).toEqual([
    'id        state',
    'übergroß  done   x',
    'a',
  ]);
});
