import type { LookupFunction } from 'node:net';
import { describe, expect, test } from 'vitest';
import {
  isLoopback,
  isPrivateLiteral,
  isPublicAddress,
  publicOnly,
} from '../../../../src/firefly/http/connection/addresses.ts';

describe('an address in a URL', () => {
  test.each([
    '127.0.0.1',
    '127.1',
    '127.255.255.254',
    '0x7f.1',
    '0x7f000001',
    '2130706433',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '①②⑦.⓪.⓪.①',
    '0',
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.254',
    '169.254.169.254',
    '169.254.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '192.168.1',
    '0xc0.0xa8.0.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.7',
    '203.0.113.9',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:a9fe:a9fe]',
    '[::ffff:10.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b::169.254.169.254]',
    '[64:ff9b::c0a8:1]',
    '[64:ff9b:1::1]',
    '[2002:7f00:1::]',
    '[2002:c0a8:101::1]',
    '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
    '[2001:db8::1]',
    '[100::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fdff::1]',
    '[fe80::1]',
    '[febf::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[0:0:0:0:0:0:0:1]',
    '[3fff::1]',
    '[::ffff:0:10.0.0.1]',
    '[::ffff:0:169.254.169.254]',
    '192.31.196.1',
    '192.52.193.1',
    '192.175.48.42',
    '[2001:4:112::1]',
    '[2620:4f:8000::42]',
    '168.63.129.16',
    '[::ffff:168.63.129.16]',
  ])('%s is not public', (host) => {
    expect(isPrivateLiteral(new URL(`https://${host}/`))).toBe(true);
  });
});

describe('a public address in a URL', () => {
  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '192.167.0.1',
    '169.253.0.1',
    '223.255.255.255',
    '[2606:4700::1]',
    '[2a00:1450:4001::1]',
    '[::ffff:8.8.8.8]',
    '[::ffff:0:8.8.8.8]',
    '168.63.129.17',
    '[2620:4f:8001::1]',
    '[64:ff9b::808:808]',
  ])('%s is public', (host) => {
    expect(isPrivateLiteral(new URL(`https://${host}/`))).toBe(false);
    expect(isPublicAddress(new URL(`https://${host}/`).hostname.replace(/[[\]]/g, ''))).toBe(true);
  });
});

test('text that is not an IP address is not a public address', () => {
  expect(isPublicAddress('example.org')).toBe(false);
  expect(isPublicAddress('')).toBe(false);
  expect(isPrivateLiteral(new URL('https://example.org/'))).toBe(false);
});

test.each([
  ['http://localhost:1/', true],
  ['http://127.0.0.1/', true],
  ['http://127.9.9.9/', true],
  ['http://[::1]:80/', true],
  ['http://localhost.example/', false],
  ['http://127.0.0.1.example/', false],
  ['http://10.0.0.1/', false],
])('%s is a loopback URL: %s', (url, expected) => {
  expect(isLoopback(new URL(url))).toBe(expected);
});

describe('a DNS lookup for public addresses', () => {
  const names =
    (addresses: readonly { address: string; family: number }[]): LookupFunction =>
    (_host, _options, callback) =>
      callback(null, [...addresses]);
  const run = (lookup: LookupFunction, all: boolean) =>
    new Promise<unknown>((resolve) => lookup('name.example', { all }, (error, found) => resolve(error ?? found)));

  test('returns the public addresses of a name only', async () => {
    const mixed = publicOnly(
      names([
        { address: '10.0.0.1', family: 4 },
        { address: '8.8.8.8', family: 4 },
      ]),
    );
    expect(await run(mixed, true)).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(await run(mixed, false)).toBe('8.8.8.8');
  });

  test('fails for a name without public addresses', async () => {
    const hidden = publicOnly(
      names([
        { address: '::ffff:7f00:1', family: 6 },
        { address: '127.0.0.1', family: 4 },
      ]),
    );
    expect(await run(hidden, true)).toMatchObject({ code: 'ERR_ADDRESS_BLOCKED' });
  });

  test('passes on the error of a name that does not resolve', async () => {
    const failing: LookupFunction = (_host, _options, callback) =>
      callback(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), []);
    expect(await run(publicOnly(failing), true)).toMatchObject({ code: 'ENOTFOUND' });
  });
});
