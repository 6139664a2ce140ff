import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HttpServing } from '../../../src/mcp/http/serve-http.ts';
import { Signer } from '../../../src/mcp/http/signing/signer.ts';
import { LOCAL } from '../../../src/shared/caller.ts';
import { createLogger } from '../../../src/shared/logger.ts';
import { canary, formsOf, secretsIn } from '../../support/canaries.ts';
import { ADDRESSES } from '../fixture/addresses.ts';
import { GOOD_HEADERS, INITIALIZE, raw, serveTestTools, TOKEN } from '../fixture/http.ts';

/* What a server over HTTP writes into its log at the level that tells most: nothing that lets a reader of the log in. */

const lines: string[] = [];
const signer = new Signer([Buffer.from(canary('signing-key'))]);
let serving: HttpServing;
beforeAll(async () => {
  serving = await serveTestTools({
    signer,
    // No secret is known to it.
    logger: createLogger({ level: 'debug', now: () => 0, write: (line) => void lines.push(line) }),
    services: () => Promise.reject(new Error('The store is broken.')),
    administration: () => Promise.reject(new Error('The store is broken.')),
  });
});
afterAll(() => serving.close({ graceMs: 0 }));

test('the log tells who was refused and what is broken, and holds no token, session, cookie, code or signed address', async () => {
  const later = Date.now() + 60_000;
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body = '') =>
    raw(serving.port, { method, path, headers, body });
  const { headers } = await ask('POST', '/mcp', GOOD_HEADERS, INITIALIZE);
  const session = String(headers['mcp-session-id']);
  const own = { Authorization: `Bearer ${TOKEN}`, Origin: `http://127.0.0.1:${serving.port}` };
  const cookie = String((await ask('POST', ADDRESSES['studio session'], own)).headers['set-cookie']).split(/[=;]/)[1];
  const code = serving.studioFor(LOCAL, 60_000).split('/').at(-1) ?? '';
  const secrets = {
    wrong: canary('wrong'),
    session,
    cookie: cookie ?? '',
    code,
    picture: signer.sign('picture', 'img_1', later),
    upload: signer.sign('upload', Buffer.from('ada').toString('base64url'), later),
    old: signer.sign('upload', Buffer.from('ben').toString('base64url'), later - 120_000),
  };
  for (const [name, path] of Object.entries(ADDRESSES)) {
    const method = name.startsWith('admin ') && !/spending|jobs/.test(name) ? 'DELETE' : 'GET';
    for (const authorization of [TOKEN, secrets.wrong]) {
      await ask(method, path, { Authorization: `Bearer ${authorization}`, Cookie: `firefly-studio-1=${cookie}` });
    }
  }
  const inSession = { ...GOOD_HEADERS, 'Mcp-Session-Id': session };
  for (const [method, path, more, body] of [
    ['GET', `/images/${secrets.picture}/x.png`, {}, ''],
    ['PUT', `/uploads/${secrets.upload}`, {}, 'x'],
    ['PUT', `/uploads/${secrets.old}`, {}, 'x'],
    ['GET', `/upload/${secrets.old}`, {}, ''],
    ['GET', `/studio/open/${code}`, {}, ''],
    ['POST', '/mcp', { ...inSession, 'Mcp-Protocol-Version': secrets.wrong.replace(/\W/g, '') }, INITIALIZE],
    ['POST', '/mcp', inSession, `{"jsonrpc":"2.0","id":3,"method":"${secrets.picture}"}`],
    ['POST', '/mcp', inSession, `{"token":"${secrets.upload}"`],
    [
      'POST',
      '/mcp',
      inSession,
      '{"jsonrpc":"2.0","id":4,"method":"resources/read","params":{"uri":"firefly://jobs/x"}}',
    ],
    ['POST', '/mcp', { ...inSession, 'Mcp-Session-Id': `${session}x` }, INITIALIZE.replace('initialize', 'ping')],
    ['DELETE', '/mcp', inSession, ''],
  ] as const) {
    await ask(method, path, more, body);
  }
  const log = lines.join('');
  for (const event of [
    'sign_in_refused',
    'http_defect',
    'upload_failed',
    'message_refused',
    'admin_failed',
    'not_ready',
  ]) {
    expect(log).toContain(`"event":"${event}"`);
  }
  expect(secretsIn(log, [TOKEN])).toEqual([]);
  const shown = Object.entries(secrets).filter(([, secret]) => formsOf(secret).some((form) => log.includes(form)));
  expect(shown).toEqual([]);
});
