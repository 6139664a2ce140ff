import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeCertificates } from '../../src/cli/doctor/upstream.ts';
import { canary } from '../support/canaries.ts';
import { overhear, removeFolder, temporaryFolder } from '../support/artefacts.ts';
import { PROGRAM } from '../support/program/command.ts';

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test.skipIf(!hasOpenssl())(
  'no secret goes to a server without a valid certificate, whatever the environment says',
  { tags: 'long' },
  async () => {
    const folder = temporaryFolder('firefly-tls-');
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
    const requests: string[] = [];
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      requests.push(request.url ?? '');
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
    const origin = `https://localhost:${port}`;
    const child = spawn(process.execPath, [PROGRAM, 'call', 'generate_image', '--prompt', 'a fox'], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        FIREFLY_HOME: join(folder, 'home'),
        FIREFLY_CLIENT_ID: 'client',
        FIREFLY_CLIENT_SECRET: canary('client-secret'),
        FIREFLY_API_URL: origin,
        FIREFLY_IMS_URL: origin,
        NODE_TLS_REJECT_UNAUTHORIZED: '0',
      },
    });
    overhear(child);
    const [code] = (await once(child, 'close')) as [number];
    server.close();
    removeFolder(folder);
    expect(code).toBe(1);
    expect(requests).toEqual([]);
  },
);

test('the doctor tells of an environment that asks for no check of certificates', () => {
  expect(judgeCertificates({}, true)).toEqual({ verdict: 'ok', message: 'checked' });
  expect(judgeCertificates({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, true)).toMatchObject({ verdict: 'warn' });
});
