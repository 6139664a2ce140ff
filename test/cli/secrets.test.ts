import { expect, test } from 'vitest';
import { configure } from '../../src/cli/configure.ts';
import { fakeTerminal } from './fake-terminal.ts';

test.each([
  ['postgres://ann:h%21dden-word@db/x', 'h%21dden-word'],
  ['postgres://ann:h%21dden-word@db/x', 'h!dden-word'],
  ['postgres://ann@db/x?password=h%21dden-word', 'h!dden-word'],
])('the password of %s is kept out of the log, also as %s', (url, word) => {
  const terminal = fakeTerminal([], { env: { FIREFLY_DATABASE_URL: url } });
  const { logger } = configure(
    { words: [], strings: {}, lists: {}, booleans: new Set(), options: {}, open: [] },
    terminal,
  );
  logger.error('store_failed', { note: `tried ${word} and ${url}` });
  expect(terminal.output.err).toContain('store_failed');
  expect(terminal.output.err).not.toContain('dden-word');
});
