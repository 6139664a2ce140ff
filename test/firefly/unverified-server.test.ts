import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeCertificates } from '../../src/cli/doctor/upstream.ts';
import { canary } from '../support/canaries.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';
import { runProgram } from '../support/program/command.ts';
import { hasOpenssl, selfSigned } from '../support/self-signed.ts';

test.skipIf(!hasOpenssl())(
  'no secret goes to a server without a valid certificate, whatever the environment says',
  { tags: 'long' },
  async () => {
    const folder = temporaryFolder('firefly-tls-');
    const tls = selfSigned(folder);
    const call = async (env: Record<string, string>) => {
      const requests: string[] = [];
      const server = createServer(tls, (request, response) => {
        requests.push(request.url ?? '');
        response.end('{}');
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
      const credentials = { FIREFLY_CLIENT_ID: 'client', FIREFLY_CLIENT_SECRET: canary('client-secret') };
      const { code, out } = await runProgram(['call', 'generate_image', '--prompt', 'a fox'], {
        cwd: folder,
        env: { ...credentials, FIREFLY_API_URL: origin, FIREFLY_IMS_URL: origin, ...env },
      });
      server.close();
      return { code, out, requests };
    };
    const [refused, trusted] = await Promise.all([
      call({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
      call({ NODE_EXTRA_CA_CERTS: tls.file, FIREFLY_HOME: join(folder, 'trusting') }),
    ]);
    removeFolder(folder);
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('could not be verified'), requests: [] });
    // One with a valid certificate is asked for a token: it is the certificate that keeps the secret back.
    expect(trusted.requests).toContain('/ims/token/v3');
  },
);

test('the doctor tells of an environment that asks for no check of certificates', () => {
  expect(judgeCertificates({}, true)).toEqual({ verdict: 'ok', message: 'checked' });
  expect(judgeCertificates({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, true)).toMatchObject({ verdict: 'warn' });
});
