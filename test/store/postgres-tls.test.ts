import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/shared/time/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { systemRandom } from '../../src/shared/random.ts';
import { openPostgres } from '../../src/store/postgres/open.ts';
import { secureAddress as secured } from '../../src/store/postgres/tls.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';
import { canary } from '../support/canaries.ts';

const hostOf = (connectionString: string) => new pg.Client({ connectionString }).host;
const secureAddress = (url: string, readText?: (path: string) => string) => secured(url, hostOf, readText);
const at = (host: string, query = '') => `postgres://ann:hush@${host}/firefly${query}`;

describe('a server that is not on this machine', () => {
  test.each(['', '?sslmode=verify-full', '?sslmode=require', '?sslmode=prefer', '?ssl=true', '?ssl=1'])(
    'is reached by TLS with a checked certificate and name, by "%s"',
    (query) => {
      const { ssl, url, warning } = secureAddress(at('db.example:5432', query));
      expect(ssl).toEqual({ rejectUnauthorized: true });
      expect(url).toBe(at('db.example:5432'));
      expect(warning).toBeUndefined();
    },
  );

  test.each(['?sslmode=disable', '?ssl=false', '?ssl=0'])(
    'is reached in clear text only by "%s", and warned of',
    (query) => {
      expect(secureAddress(at('db.example', query))).toMatchObject({ ssl: false, warning: /clear text/ });
    },
  );

  test('is reached without a check only by no-verify, and warned of', () => {
    const { ssl, warning } = secureAddress(at('db.example', '?sslmode=no-verify'));
    expect(ssl).toEqual({ rejectUnauthorized: false });
    expect(warning).toContain('not checked');
  });

  test('may have an authority of its own', () => {
    const query = '?sslmode=verify-ca&sslrootcert=/ca.pem&sslcert=/me.pem&sslkey=/me.key&application_name=x';
    const { ssl, url } = secureAddress(at('db.example', query), (path) => `pem of ${path}`);
    expect(ssl).toMatchObject({
      rejectUnauthorized: true,
      ca: 'pem of /ca.pem',
      cert: 'pem of /me.pem',
      key: 'pem of /me.key',
    });
    expect(url).toBe(at('db.example', '?application_name=x'));
  });

  test.each(['?sslmode=allow', '?sslmode=', '?sslmode=DISABLE', '?ssl=maybe'])('is refused by "%s"', (query) => {
    expect(() => secureAddress(at('db.example', query))).toThrow(/unknown sslmode/);
  });

  test.each(['localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', '[fd00::1]', '128.0.0.1'])(
    'is %s',
    (host) => {
      expect(secureAddress(at(host)).ssl).toEqual({ rejectUnauthorized: true });
    },
  );
});

test('a certificate that is missing, no regular file, or writable for other users is refused by name', () => {
  const folder = temporaryFolder('firefly-pem-');
  const lax = join(folder, 'lax.pem');
  writeFileSync(lax, 'pem');
  const read = (path: string) => secureAddress(at('db.example', `?sslrootcert=${encodeURIComponent(path)}`));
  expect(read(lax).ssl).toMatchObject({ ca: 'pem' });
  chmodSync(lax, 0o666);
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  for (const [path, why] of [
    [lax, /other users may write to it/],
    [join(folder, 'gone.pem'), /cannot be read \(ENOENT\)/],
    [join(folder, 'pipe'), /no regular file/],
    [folder, /no regular file/],
  ] as const) {
    expect(() => read(path)).toThrow(why);
    expect(() => read(path)).toThrow(expect.objectContaining({ code: 'store_refused' }));
  }
  removeFolder(folder);
});

describe('the host of an address', () => {
  afterEach(() => vi.unstubAllEnvs());

  test.each([
    ['of two in parameters', at('localhost', '?host=localhost&host=db.example'), {}],
    ['in a parameter', at('localhost', '?host=db.example'), {}],
    ['of the environment, where the address names none', 'postgres:///firefly', { PGHOST: 'db.example' }],
    [
      'of an address without one, whatever it says of TLS',
      'postgres:///firefly',
      { PGHOST: 'db', PGSSLMODE: 'disable' },
    ],
  ])('is the one that the driver takes: %s', (_name, url, env: Readonly<Record<string, string>>) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    expect(secureAddress(url).ssl).toEqual({ rejectUnauthorized: true });
  });
});

describe('a server on this machine', () => {
  test.each([
    at('localhost'),
    at('127.0.0.1:5433'),
    at('[::1]'),
    'postgres:///firefly?host=/var/run/postgresql',
    at('%2Fvar%2Frun'),
  ])('such as %s needs no TLS', (url) => {
    const { ssl, warning } = secureAddress(url);
    expect([ssl, warning]).toEqual([undefined, undefined]);
  });
});

const address = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.family === 'IPv4' && !each.internal)?.address;

describe.skipIf(address === undefined)('no password crosses the network before TLS is there', () => {
  afterEach(() => vi.unstubAllEnvs());

  test.each([
    ['by its address', (place: string, password: string) => `postgres://ann:${password}@${place}/x`, false],
    [
      'by the last of two hosts',
      (place: string, password: string) => {
        const [host, port] = place.split(':');
        return `postgres://ann:${password}@localhost:${port}/x?host=localhost&host=${host}`;
      },
      false,
    ],
    [
      'by the environment',
      (place: string, password: string) => `postgres:///x?user=ann&password=${password}&port=${place.split(':')[1]}`,
      true,
    ],
  ])('to a server that is named %s', async (_name, urlOf, isByEnvironment) => {
    const received: Buffer[] = [];
    const server = createServer((socket: Socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (piece) => {
        received.push(piece);
        // A server that has no TLS, or an attacker in its place.
        socket.write('N');
      });
    }).listen(0, address);
    await once(server, 'listening');
    const bound = server.address();
    const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
    const password = canary('database-password');
    if (isByEnvironment) vi.stubEnv('PGHOST', address);
    const opening = openPostgres({
      url: urlOf(`${address}:${port}`, encodeURIComponent(password)),
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    });
    await expect(opening).rejects.toMatchObject({ code: 'store_refused' });
    server.close();
    const text = Buffer.concat(received).toString('latin1');
    expect(text.length).toBeGreaterThan(0);
    expect(text).not.toContain(password);
    expect(text).not.toContain('ann');
  });
});
