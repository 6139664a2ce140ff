import { describe, expect, test } from 'vitest';
import { readCustomModels } from '../../../src/firefly/endpoints/custom-models.ts';
import { API, SECRET, TOKEN, mockAdobe, testFirefly } from '../harness.ts';

const ONE = {
  assetId: 'urn:aaid:sc:US:1',
  assetName: 'Moss\u202E style',
  displayName: 'Moss',
  size: 1_000,
  trainingMode: 'style',
  publishedState: 'published',
  createdDate: 1_700_000_000_000,
  modifiedDate: '2026-01-01T00:00:00Z',
  baseModel: { name: 'image4\u0007', version: '1', extra: { deep: true } },
  conceptId: 'moss',
  secretField: 'x',
};
const page = (extra: object) => JSON.stringify({ custom_models: [ONE], ...extra });

describe('a request for custom models', () => {
  test('has a request id, and a start if there is a limit', async () => {
    const adobe = mockAdobe(() => ({ status: 200, body: { custom_models: [], total_count: 0 } }));
    const firefly = testFirefly({ connect: adobe.connect });
    await firefly.customModels({});
    await firefly.customModels({ limit: 20, publishedState: 'all', sortBy: '-createdDate' });
    await firefly.customModels({ limit: 20, start: '40' });
    expect(adobe.seen.map(({ url }) => url.slice(API.length))).toEqual([
      '/v3/custom-models',
      '/v3/custom-models?limit=20&publishedState=all&sortBy=-createdDate&start=0',
      '/v3/custom-models?limit=20&start=40',
    ]);
    const ids = adobe.seen.map(({ headers }) => headers['x-request-id']);
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toMatch(/^[\da-f-]{36}$/);
  });

  test.each([
    [401, { reason: 'Unauthorized', message: 'Authorization Token is not accepted.' }, 'credentials_refused'],
    [403, { reason: 'Forbidden', message: 'API Key is not accepted.' }, 'api_key_refused'],
    [500, { reason: 'Internal Server Error' }, 'adobe_error'],
    [429, '', 'rate_limited'],
    [200, '{"nothing":1}', 'adobe_error'],
    [200, '{"custom_models":[', 'adobe_error'],
  ])('that is answered with %d %j is reported as %s', async (status, body, code) => {
    const adobe = mockAdobe(() => ({ status, body }));
    const firefly = testFirefly({ connect: adobe.connect });
    await expect(firefly.customModels({})).rejects.toMatchObject({ name: 'Problem', code });
  });

  test.each([
    ['30', 30_000, 'Wait 30 seconds, then call again.'],
    [undefined, undefined, 'Wait a minute, then call again.'],
  ])(
    'that is answered with 429 and Retry-After %s is reported with the time to wait',
    async (header, retryAfterMs, next) => {
      const adobe = mockAdobe(() => ({ status: 429, headers: header === undefined ? {} : { 'retry-after': header } }));
      const firefly = testFirefly({ connect: adobe.connect });
      await expect(firefly.customModels({})).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs, next });
    },
  );

  test('that cannot be sent is reported as well', async () => {
    const firefly = testFirefly({ connect: mockAdobe(() => new Error('down')).connect });
    await expect(firefly.customModels({})).rejects.toMatchObject({ code: 'adobe_unreachable' });
    await expect(firefly.customModels({}, AbortSignal.abort())).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('a page of custom models', () => {
  test('holds no secret, whatever Adobe echoes', async () => {
    const hostile = { ...ONE, assetName: `a ${SECRET}`, displayName: `b ${TOKEN}-1`, samplePrompt: `c ${SECRET}` };
    const adobe = mockAdobe(() => ({ status: 200, body: { custom_models: [hostile] } }));
    const models = await testFirefly({ connect: adobe.connect }).customModels({});
    expect(models.models[0]).toMatchObject({
      assetName: 'a [redacted]',
      displayName: 'b [redacted]',
      samplePrompt: 'c [redacted]',
    });
  });

  test('has the known fields, cleaned', () => {
    const models = readCustomModels(page({ total_count: 1 }), {}, [])?.models;
    expect(models).toEqual([
      {
        assetId: 'urn:aaid:sc:US:1',
        assetName: 'Moss style',
        displayName: 'Moss',
        size: 1_000,
        trainingMode: 'style',
        publishedState: 'published',
        createdDate: 1_700_000_000_000,
        modifiedDate: '2026-01-01T00:00:00Z',
        baseModel: { name: 'image4', version: '1' },
        conceptId: 'moss',
      },
    ]);
  });

  test.each(['custom_models', 'customModels', 'models'])('is found under the key %s', (key) => {
    expect(readCustomModels(JSON.stringify({ [key]: [ONE] }), {}, [])?.models).toHaveLength(1);
  });

  test('has models with an id under either name, and no model without one', () => {
    const list = [{ 'repo:assetId': 'urn:2', size: 'odd' }, { assetName: 'nameless' }, null, 'x'];
    const found = readCustomModels(JSON.stringify({ custom_models: list }), {}, []);
    expect(found?.models).toEqual([{ assetId: 'urn:2', 'repo:assetId': 'urn:2' }]);
  });
});

describe('the start of the next page', () => {
  test.each<[string, object, string | undefined, string | undefined]>([
    ['by the link', { _links: { next: { href: `${API}/v3/custom-models?start=20&limit=20` } } }, '0', '20'],
    ['by a relative link', { _links: { next: { href: '/v3/custom-models?limit=1&start=abc' } } }, undefined, 'abc'],
    ['by counting', { total_count: 3 }, '1', '2'],
    ['not at the end', { total_count: 2 }, '1', undefined],
    ['not without a total', {}, '0', undefined],
    ['not by a link to the current page', { _links: { next: { href: '?start=1' } } }, '1', undefined],
    ['by counting if the link is empty', { total_count: 5, _links: { next: {} } }, '0', '1'],
    ['not after a start that is not a number', { total_count: 5 }, 'abc', undefined],
  ])('is found %s', (_name, extra, start, expected) => {
    const query = start === undefined ? {} : { start };
    expect(readCustomModels(page(extra), query, [])?.nextStart).toBe(expected);
  });

  test('is not found on an empty page, which would never end', () => {
    expect(readCustomModels('{"custom_models":[],"total_count":9}', {}, [])?.nextStart).toBeUndefined();
  });
});
