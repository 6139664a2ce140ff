import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { judgeClock, judgeReach } from '../../../../src/cli/doctor/upstream.ts';
import type { NamedFinding } from '../../../../src/cli/doctor/check.ts';
import { judgeFreeBytes, judgeUse } from '../../../../src/cli/doctor/storage.ts';
import { judgeNode } from '../../../../src/cli/doctor/machine.ts';
import { main } from '../../../../src/cli/main.ts';
import { fakeTerminal } from '../../fake-terminal.ts';
import { removeFolder, temporaryFolder } from '../../../support/artefacts.ts';
import { canary } from '../../../support/canaries.ts';

let folder = '';
let server: Server | undefined;
beforeEach(() => (folder = temporaryFolder('firefly-doctor-')));
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
  removeFolder(folder);
});

/** A server that answers for tokens and custom models, with a clock that may differ. */
async function adobe(parts: { secret: string; clockOffMs?: number; models?: number }): Promise<string> {
  server = createServer((request, response) => {
    const date = new Date(Date.now() + (parts.clockOffMs ?? 0)).toUTCString();
    const answer = (status: number, body: object) => {
      response.sendDate = false;
      response.writeHead(status, { 'content-type': 'application/json', date });
      response.end(JSON.stringify(body));
    };
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (request.url?.startsWith('/ims/token')) {
        const known = new URLSearchParams(body).get('client_secret') === parts.secret;
        if (!known)
          return answer(400, { error: 'invalid_client', error_description: 'invalid client_secret parameter' });
        return answer(200, { access_token: canary('token'), token_type: 'bearer', expires_in: 86_399 });
      }
      if (request.url?.startsWith('/v3/custom-models')) {
        if (parts.models !== undefined) return answer(parts.models, { error_code: 'x', message: 'hm' });
        return answer(200, { custom_models: [], total_count: 0, _links: {} });
      }
      answer(404, {});
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function examine(env: Record<string, string>) {
  const terminal = fakeTerminal(['doctor', '--json'], {
    cwd: folder,
    home: folder,
    env: { FIREFLY_HOME: join(folder, 'home'), FIREFLY_OUTPUT_DIR: join(folder, 'out'), ...env },
  });
  const code = await main(terminal);
  const { checks } = JSON.parse(terminal.output.out) as { checks: NamedFinding[] };
  return { code, text: terminal.output.out, by: (name: string) => checks.find((check) => check.name === name) };
}

const SECRET = canary('secret');
const credentials = { FIREFLY_CLIENT_ID: 'id-1', FIREFLY_CLIENT_SECRET: SECRET };

describe('doctor', () => {
  test('reports no failure where everything works', async () => {
    const url = await adobe({ secret: SECRET });
    const { code, text, by } = await examine({ ...credentials, FIREFLY_API_URL: url, FIREFLY_IMS_URL: url });
    expect(by('token')).toMatchObject({ verdict: 'ok' });
    expect(by('clock')).toMatchObject({ verdict: 'ok' });
    expect(by('store')).toMatchObject({ verdict: 'ok' });
    expect({ code, failed: /"verdict": "fail"/.test(text) }).toEqual({ code: 0, failed: false });
  });

  // `test/support/artefacts.ts` searches all output for the secret.
  test('reports a wrong secret as a failure of the token', async () => {
    const url = await adobe({ secret: 'another' });
    const { code, by } = await examine({ ...credentials, FIREFLY_API_URL: url, FIREFLY_IMS_URL: url });
    expect(by('token')).toMatchObject({ verdict: 'fail' });
    expect(by('token')?.next).toBeTruthy();
    expect(code).toBe(1);
  });

  test('only warns of an account without custom models', async () => {
    const url = await adobe({ secret: SECRET, models: 403 });
    const { code, by } = await examine({ ...credentials, FIREFLY_API_URL: url, FIREFLY_IMS_URL: url });
    expect({ code, verdict: by('custom models')?.verdict }).toEqual({ code: 0, verdict: 'warn' });
  });

  test('reports a clock that is an hour ahead as a failure', async () => {
    const url = await adobe({ secret: SECRET, clockOffMs: -3_600_000 });
    const { code, by } = await examine({ ...credentials, FIREFLY_API_URL: url, FIREFLY_IMS_URL: url });
    expect(by('clock')?.message).toMatch(/^36\d\d s ahead of/);
    expect(code).toBe(1);
  });

  test('reports missing credentials and a missing network in one run', async () => {
    const closedPort = 'http://127.0.0.1:9';
    const { code, by } = await examine({ FIREFLY_API_URL: closedPort, FIREFLY_IMS_URL: closedPort });
    expect(code).toBe(1);
    expect(by('credentials')).toMatchObject({ verdict: 'fail', message: expect.stringContaining('FIREFLY_CLIENT_ID') });
    expect(by('firefly api')).toMatchObject({ verdict: 'fail', message: expect.stringContaining('ECONNREFUSED') });
    expect(by('clock')).toMatchObject({ verdict: 'warn' });
    expect(by('certificates')).toMatchObject({ verdict: 'warn', message: 'not checked: no host was reached' });
  });

  test.skipIf(process.platform !== 'linux')('tells a data folder that cannot be used once', async () => {
    const { code, text } = await examine({ FIREFLY_HOME: '/proc/firefly' });
    expect(code).toBe(1);
    expect(text.match(/The data folder \/proc\/firefly cannot be used/g)).toHaveLength(1);
    expect(text).toContain('not checked: see \\"store\\"');
  });

  test('reports a proxy that does not answer as a failure', async () => {
    // Every request goes to the proxy, and so nowhere.
    const { code, by } = await examine({
      HTTPS_PROXY: `http://ann:${encodeURIComponent(canary('proxy'))}@127.0.0.1:9`,
      NO_PROXY: '127.0.0.1',
    });
    expect(by('proxy')).toMatchObject({
      verdict: 'fail',
      message: '127.0.0.1:9 does not answer (ECONNREFUSED)',
      next: expect.stringContaining('unset it'),
    });
    expect(code).toBe(1);
    const url = await adobe({ secret: SECRET });
    const there = await examine({ HTTPS_PROXY: url });
    expect(there.by('proxy')).toMatchObject({ verdict: 'ok', message: new URL(url).host });
    const unused = await examine({ ...credentials, FIREFLY_API_URL: url, FIREFLY_IMS_URL: url, HTTPS_PROXY: 'x:9' });
    expect(unused.by('proxy')).toMatchObject({ verdict: 'ok', message: expect.stringContaining('not used') });
    expect(unused.by('token')).toMatchObject({ verdict: 'ok' });
  });

  test('reports the disk use by kind of file', async () => {
    const url = await adobe({ secret: SECRET });
    const { by } = await examine({ ...credentials, FIREFLY_API_URL: url, FIREFLY_IMS_URL: url });
    expect(by('disk use')).toMatchObject({
      verdict: 'ok',
      message: expect.stringMatching(
        /^pictures 0 B in 0 files \(kept until you delete them\), copies for Adobe 0 B, other files 0 B, previews are not stored, job store [\d.]+ [kM]?B, audit log 0 B$/,
      ),
    });
    expect(by('audit log')).toMatchObject({ verdict: 'ok', message: 'empty' });
  });

  test('runs the other checks where the data folder cannot be used', async () => {
    writeFileSync(join(folder, 'file'), '');
    const closedPort = 'http://127.0.0.1:9';
    const env = {
      FIREFLY_HOME: join(folder, 'file', 'home'),
      FIREFLY_API_URL: closedPort,
      FIREFLY_IMS_URL: closedPort,
    };
    const { code, by } = await examine(env);
    expect(code).toBe(1);
    expect(by('store')).toMatchObject({ verdict: 'fail', next: expect.stringContaining('FIREFLY_HOME') });
    expect(by('quota')).toBeDefined();
  });
});

test('disk use is a warning only above FIREFLY_RETENTION_GB', () => {
  const use = {
    originals: { files: 3, bytes: 2.5e9 },
    copies: { files: 1, bytes: 4e6 },
    others: { files: 1, bytes: 10 },
  };
  const findingFor = (retentionBytes?: number, retentionDays?: number) =>
    judgeUse(use, { database: 1e6, auditLog: 5e3, config: { retentionBytes, retentionDays, demo: false } });
  expect(findingFor()).toMatchObject({ verdict: 'ok' });
  expect(findingFor(3e9, 30)).toMatchObject({
    verdict: 'ok',
    message: expect.stringContaining(
      '2.5 GB in 3 files (deleted after 30 days, limit 3.0 GB), copies for Adobe 4.0 MB',
    ),
  });
  expect(findingFor(2e9)).toMatchObject({
    verdict: 'warn',
    message: expect.stringContaining('more than FIREFLY_RETENTION_GB allows'),
    next: expect.stringContaining('firefly-mcp clean'),
  });
});

test('Node is a failure before 20.19', () => {
  const verdicts = ['20.18.3', '20.19.0', '22.0.0', '26.1.0'].map((version) => judgeNode(version).verdict);
  expect(verdicts).toEqual(['fail', 'ok', 'ok', 'ok']);
});

test('free disk space is a warning below 1 GB and a failure below 100 MB', () => {
  expect([5e7, 5e8, 5e9].map((bytes) => judgeFreeBytes(bytes, { demo: false }).verdict)).toEqual([
    'fail',
    'warn',
    'ok',
  ]);
});

test('the clock is a warning at a difference of one minute and a failure at five', () => {
  const at = (off: number) => judgeClock({ kind: 'reached', status: 404, serverTime: 1_000_000 - off }, 1_000_000);
  expect([1_000, 90_000, -90_000, 400_000].map((off) => at(off).verdict)).toEqual(['ok', 'warn', 'warn', 'fail']);
});

test('an unknown certificate authority is answered with the variable that names one', () => {
  expect(judgeReach({ kind: 'unreachable', code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'x').next).toContain(
    'NODE_EXTRA_CA_CERTS',
  );
});
