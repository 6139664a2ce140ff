import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { start } from '../../support/program/command.ts';

let folder = '';
beforeAll(() => (folder = temporaryFolder('firefly-early-')));
afterAll(() => removeFolder(folder));

/** Environment in which the program gets a SIGINT as soon as it listens for one at all: before its command is loaded. */
const AT_ONCE = (() => {
  const sends = `let isSent = false;
  process.on('newListener', (name) => {
    if (name !== 'SIGINT' || isSent) return;
    isSent = true;
    setImmediate(() => process.kill(process.pid, 'SIGINT'));
  });`;
  return { NODE_OPTIONS: `--import=data:text/javascript;base64,${Buffer.from(sends).toString('base64')}` };
})();

describe.concurrent('a Ctrl-C before a command listens to it', { tags: 'long' }, () => {
  test.each([
    ['tools'],
    ['jobs', '--demo'],
    ['doctor', '--demo'],
    ['call', 'list_images', '--demo'],
    ['batch', '--prompt', 'a fox', '--demo'],
    ['install'],
    ['demo'],
    ['http', '--demo', '--port', '0'],
    ['studio', '--demo', '--no-open'],
    ['emulator'],
  ])('ends %s with 130 and one line', async (...args) => {
    const running = start(args, { cwd: folder, env: AT_ONCE });
    running.child.stdin.end();
    const { code, signal, err } = await running.ended;
    expect({ code, signal, err }).toEqual({
      code: 130,
      signal: null,
      err: expect.stringMatching(/^firefly-mcp: .*\n$/),
    });
  });

  test('ends the server on stdio without a word, since whoever started it is interrupted too', async () => {
    const { child, ended } = start(['stdio', '--demo'], { cwd: folder, env: AT_ONCE });
    child.stdin.end();
    expect(await ended).toMatchObject({ code: 130, signal: null, out: '', err: '' });
  });
});

describe.concurrent('a Ctrl-C while a server serves', { tags: 'long' }, () => {
  test.each([
    [['http', '--demo', '--port', '0'], /Serving MCP/],
    [['studio', '--demo', '--no-open'], /Ctrl-C ends the studio/],
    [['emulator'], /Press Ctrl-C/],
  ] as const)('is the usual end of %s: it closes in order, with 0', async (args, ready) => {
    const running = start(args, { cwd: folder });
    await running.shows(ready);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 0, signal: null });
  });
});
