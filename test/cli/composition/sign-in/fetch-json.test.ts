import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { fetchJson } from '../../../../src/cli/composition/sign-in/fetch-json.ts';
import { removeFolder, temporaryFolder } from '../../../support/artefacts.ts';
import { hasOpenssl, selfSigned } from '../../../support/self-signed.ts';

afterEach(() => vi.unstubAllEnvs());

test.skipIf(!hasOpenssl())(
  'keys of an issuer are taken from no server without a valid certificate, whatever the environment says',
  async () => {
    const folder = temporaryFolder('firefly-issuer-');
    const tls = selfSigned(folder);
    const asked: string[] = [];
    const server = createServer(tls, (request, response) => {
      asked.push(request.url ?? '');
      response.end('{"keys":[]}');
    }).listen(0, '127.0.0.1');
    removeFolder(folder);
    await once(server, 'listening');
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const address = `https://localhost:${(server.address() as AddressInfo).port}/keys`;
    const found = await fetchJson(address).catch((error: unknown) => error);
    server.close();
    expect(found).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(asked).toEqual([]);
  },
);
