import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Running, start } from '../../../support/program/command.ts';
import { removeFolder, temporaryFolder } from '../../../support/artefacts.ts';

let folder = '';
let running: Running | undefined;
beforeEach(() => (folder = temporaryFolder('firefly-emulator-')));
afterEach(async () => {
  running?.child.kill('SIGTERM');
  await running?.ended;
  removeFolder(folder);
});

test.each([
  ['does not exist without --sync-routes', [], 404],
  ['requires credentials with --sync-routes', ['--sync-routes'], 403],
])('the synchronous route of the emulator %s', { tags: 'long' }, async (_sentence, flags, status) => {
  running = start(['emulator', ...flags], { cwd: folder });
  const [, origin] = await running.shows(/FIREFLY_API_URL=(\S+)/);
  const answer = await fetch(`${origin}/v3/images/generate`, { method: 'POST' });
  expect(answer.status).toBe(status);
});
