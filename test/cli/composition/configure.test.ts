import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configure } from '../../../src/cli/composition/configure.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { fakeTerminal } from '../fake-terminal.ts';

test.each([
  ['postgres://ann:h%21dden-word@db/x', 'h%21dden-word'],
  ['postgres://ann:h%21dden-word@db/x', 'h!dden-word'],
  ['postgres://ann@db/x?password=h%21dden-word', 'h!dden-word'],
])('the password of %s is not logged, also not as %s', (url, word) => {
  const terminal = fakeTerminal([], { env: { FIREFLY_DATABASE_URL: url } });
  const { logger } = configure(
    { words: [], strings: {}, lists: {}, booleans: new Set(), options: {}, open: [] },
    terminal,
  );
  logger.error('store_failed', { note: `tried ${word} and ${url}` });
  expect(terminal.output.err).toContain('store_failed');
  expect(terminal.output.err).not.toContain('dden-word');
});

test('a client secret in a file is read anew on each request, and is ignored while others can read it', () => {
  const folder = temporaryFolder('firefly-secret-');
  const path = join(folder, 'secret');
  const put = (secret: string, mode = 0o600) => {
    rmSync(path, { force: true });
    writeFileSync(path, secret, { mode });
  };
  put('first-secret');
  const terminal = fakeTerminal([], { env: { FIREFLY_CLIENT_ID: 'id', FIREFLY_CLIENT_SECRET_FILE: path } });
  const { config, secretNow } = configure(
    { words: [], strings: {}, lists: {}, booleans: new Set(), options: {}, open: [] },
    terminal,
  );
  expect(config.credentials?.clientSecret).toBe('first-secret');
  put('second-secret\n');
  expect(secretNow?.()).toBe('second-secret');
  // In the middle of a rotation the previous secret stays in use.
  put('third-secret', 0o644);
  expect(secretNow?.()).toBeUndefined();
  expect(terminal.output.err).toContain('secret_unreadable');
  removeFolder(folder);
});

test('on a screen the log has sentences, and no events of the day; elsewhere JSON with both', () => {
  const log = (errScreen: { columns: number } | undefined) => {
    const terminal = fakeTerminal([], { errScreen });
    const { logger } = configure(
      { words: [], strings: {}, lists: {}, booleans: new Set(), options: {}, open: [] },
      terminal,
    );
    logger.info('maintenance_done', { files: 1 });
    logger.warn('audit_log_not_written', { code: 'ENOSPC' });
    return terminal.output.err;
  };
  expect(log({ columns: 80 })).toBe('firefly-mcp: warning: audit log not written (code ENOSPC)\n');
  expect(log(undefined)).toMatch(/^\{.*"maintenance_done".*\}\n\{.*"audit_log_not_written".*\}\n$/);
});
