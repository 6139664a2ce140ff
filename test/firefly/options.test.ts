import { describe, expect, test } from 'vitest';
import { accountOf, checkAddresses } from '../../src/firefly/options.ts';
import type { FireflyOptions } from '../../src/firefly/options.ts';
import { systemClock } from '../../src/shared/time/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { systemRandom } from '../../src/shared/random.ts';
import { API, IMS, testFirefly } from './harness.ts';

const base: FireflyOptions = {
  apiUrl: API,
  imsUrl: IMS,
  trustedOrigins: [],
  credentials: undefined,
  scopes: '',
  proxy: {},
  clock: systemClock,
  random: systemRandom,
  logger: silentLogger,
};

test.each([
  [IMS, `${IMS}/ims/token/v3`],
  [`${IMS}/`, `${IMS}/ims/token/v3`],
  [`${IMS}/ims/token/v4`, `${IMS}/ims/token/v4`],
  ['http://127.0.0.1:9000', 'http://127.0.0.1:9000/ims/token/v3'],
  ['http://localhost:1/token/v2', 'http://localhost:1/token/v2'],
])('with FIREFLY_IMS_URL %s, tokens are requested at %s', (imsUrl, expected) => {
  expect(checkAddresses({ ...base, imsUrl }).tokenUrl.href).toBe(expected);
});

describe('an invalid address', () => {
  test.each([
    'http://firefly-api.adobe.io',
    'http://10.0.0.1',
    'ftp://x',
    'not a url',
    '',
    'https://user:pw@firefly-api.adobe.io',
  ])('such as %j is refused', (address) => {
    const expected = expect.objectContaining({
      name: 'Problem',
      code: 'invalid_address',
      actor: 'operator',
    }) as unknown;
    expect(() => testFirefly({ apiUrl: address })).toThrow(expected as Error);
    expect(() => testFirefly({ imsUrl: address })).toThrow(expected as Error);
    expect(() => testFirefly({ trustedOrigins: [address] })).toThrow(expected as Error);
  });

  test('is not quoted in the message, since it may hold a password', () => {
    expect(() => testFirefly({ proxy: { httpsProxy: 'socks5://u:hunter2222@proxy' } })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hunter') as string }) as Error,
    );
  });
});

test.each([
  ['http://proxy.example:8080', 'http://proxy.example:8080/'],
  ['proxy.example:8080', 'http://proxy.example:8080/'],
  ['https://u:p@proxy.example', 'https://u:p@proxy.example/'],
])('the proxy address %s is accepted', (httpsProxy, expected) => {
  expect(checkAddresses({ ...base, proxy: { httpsProxy } }).httpsProxy).toBe(expected);
});

test('the password of the proxy is a known secret', () => {
  expect(testFirefly({ proxy: { httpsProxy: 'http://u:p%40ssword@proxy.example' } }).secrets()).toContain('p@ssword');
});

test('an account depends on API and client id, and reveals neither', () => {
  const account = accountOf(API, 'client-id');
  expect(account).toMatch(/^[\da-f]{32}$/);
  expect(testFirefly().account).toBe(account);
  expect(new Set([account, accountOf(API, 'other'), accountOf('http://127.0.0.1:1', 'client-id')]).size).toBe(3);
  expect(testFirefly({ apiUrl: `${API}/` }).account).toBe(account);
});
