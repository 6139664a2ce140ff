import { describe, expect, test } from 'vitest';
import { defineFree } from '../../../../src/firefly/endpoints/endpoint.ts';
import { FIREFLY_API, type Service } from '../../../../src/firefly/families/origins.ts';
import { checkLink, jobLinks, originOf } from '../../../../src/firefly/http/answer/links.ts';
import type { LinkPolicy } from '../../../../src/firefly/http/answer/links.ts';

/** The way that is tried first. */
const jobLink = (...given: Parameters<typeof jobLinks>) => jobLinks(...given)[0];

const production: LinkPolicy = {
  apiOrigin: 'https://firefly-api.adobe.io',
  trustedOrigins: new Set(['http://127.0.0.1:9001']),
};
const local: LinkPolicy = {
  apiOrigin: 'http://127.0.0.1:9000',
  trustedOrigins: new Set(['http://127.0.0.1:9001']),
};
const ID = 'urn:ff:jobs:epo854211:3e1ea3e4-7b1b-4a8c-a1ae-2c4b6d0a0a11';

describe('with Adobe’s API, a link', () => {
  test.each([
    `https://firefly-api.adobe.io/v3/status/${ID}`,
    `https://firefly-epo854211.adobe.io/v3/status/${ID}`,
    'https://firefly-stage-eso85125.adobe.io:443/jobs/result/x',
    'https://FIREFLY.ADOBE.IO/x',
    '/v3/status/relative',
  ])('to %s is followed', (link) => {
    expect(checkLink(link, FIREFLY_API, production)?.protocol).toBe('https:');
  });

  test.each([
    'http://firefly-api.adobe.io/v3/status/x',
    'https://firefly-api.adobe.io:8443/x',
    'https://user@firefly-api.adobe.io/x',
    'https://user:pass@firefly-api.adobe.io/x',
    'https://firefly-api.adobe.io@evil.example/x',
    'https://firefly-api.adobe.io.evil.example/x',
    'https://evilfirefly-api.adobe.io/x',
    'https://firefly-api.adobe.io./x',
    'https://firefly_api.adobe.io/x',
    'https://firefly-a.b.adobe.io/x',
    'https://image.adobe.io/x',
    'https://adobe.io/x',
    'https://firefly-äpi.adobe.io.example/x',
    '//evil.example/x',
    '\\\\evil.example\\x',
    'http://127.0.0.1:9001/x',
    'ftp://firefly-api.adobe.io/x',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'https://',
  ])('to %s is not followed', (link) => {
    expect(checkLink(link, FIREFLY_API, production)).toBeUndefined();
  });
});

describe('with another API, a link', () => {
  test.each(['http://127.0.0.1:9000/v3/status/x', 'http://127.0.0.1:9001/v3/status/x', '/v3/status/x'])(
    'to %s is followed',
    (link) => {
      expect(checkLink(link, FIREFLY_API, local)).toBeDefined();
    },
  );

  test.each([
    'http://127.0.0.1:9002/x',
    'https://firefly-api.adobe.io/x',
    'http://u@127.0.0.1:9000/x',
    'http://localhost:9000/',
  ])('to %s is not followed', (link) => {
    expect(checkLink(link, FIREFLY_API, local)).toBeUndefined();
  });
});

describe('the link of a job', () => {
  const handle = { jobId: ID, statusUrl: undefined, cancelUrl: undefined };

  test('is the given one, character for character', () => {
    const statusUrl = `https://firefly-epo854211.adobe.io/v3/status/${ID}?a=b`;
    expect(jobLink({ ...handle, statusUrl }, 'status', FIREFLY_API, production)?.url.href).toBe(statusUrl);
  });

  test('is built from the id if the given one is rejected, with the rejected host', () => {
    const link = jobLink(
      { ...handle, statusUrl: 'https://evil.example/v3/status/1?t=s' },
      'status',
      FIREFLY_API,
      production,
    );
    expect(link?.url.href).toBe(`https://firefly-api.adobe.io/v3/status/${ID}`);
    expect(link?.rejectedHost).toBe('evil.example');
  });

  test.each(['../../v2/storage', '..', 'a/b', 'a?b', 'a#b', 'a%2fb', '', ' ', 'a\nb', 'x'.repeat(201)])(
    'is not built from the id %j',
    (jobId) => {
      expect(jobLink({ ...handle, jobId }, 'status', FIREFLY_API, production)).toBeUndefined();
    },
  );

  test('for a cancel is derived from the status link on the same shard', () => {
    const statusUrl = `https://firefly-epo1.adobe.io/v3/status/${ID}`;
    const link = jobLink({ ...handle, statusUrl }, 'cancel', FIREFLY_API, production);
    expect(link?.url.href).toBe(`https://firefly-epo1.adobe.io/v3/cancel/${ID}`);
  });

  test('does not exist without a safe link and without an id', () => {
    expect(
      jobLink(
        { jobId: undefined, statusUrl: 'https://evil.example/', cancelUrl: undefined },
        'status',
        FIREFLY_API,
        production,
      ),
    ).toBeUndefined();
  });
});

describe('a service with an origin of its own', () => {
  const service: Service = {
    origin: 'https://image.adobe.io',
    hosts: /^image\.adobe\.io$/,
    status: defineFree({ operation: 'a', method: 'GET', path: '/v2/jobs/{jobId}/state' }),
    cancel: defineFree({ operation: 'b', method: 'PUT', path: '/v2/stop/{jobId}' }),
  };
  const handle = { jobId: ID, statusUrl: undefined, cancelUrl: undefined };

  test('may have a token at its own hosts alone, not at those of Firefly, and Firefly not at its own', () => {
    expect(originOf(service, production)).toBe('https://image.adobe.io');
    expect(checkLink('https://image.adobe.io/v2/x', service, production)?.host).toBe('image.adobe.io');
    expect(checkLink('/v2/x', service, production)?.host).toBe('image.adobe.io');
    expect(checkLink('https://firefly-api.adobe.io/v3/status/x', service, production)).toBeUndefined();
    expect(checkLink('https://image.adobe.io/v2/x', FIREFLY_API, production)).toBeUndefined();
  });

  test('has its links built from a job id at its own origin', () => {
    const link = jobLink({ ...handle, statusUrl: 'https://evil.example/1' }, 'status', service, production);
    expect(link).toMatchObject({
      url: new URL(`https://image.adobe.io/v2/jobs/${ID}/state`),
      rejectedHost: 'evil.example',
    });
    expect(jobLink(handle, 'cancel', service, production)?.url.pathname).toBe(`/v2/stop/${ID}`);
  });

  test.each([
    ['https://image.adobe.io/v2/jobs/7/state?a=1', '/v2/stop/7?a=1'],
    ['https://image.adobe.io/v2/jobs/$&/state', '/v2/stop/$&'],
    ['https://image.adobe.io/v2/jobs/7/state/8', `/v2/stop/${ID}`],
    ['https://image.adobe.io/v2/jobs/7', `/v2/stop/${ID}`],
    ['https://image.adobe.io/v2/other?x=/v2/jobs/7/state', `/v2/stop/${ID}`],
  ])('has its cancel link follow from the status link %s', (statusUrl, expected) => {
    const url = jobLink({ ...handle, statusUrl }, 'cancel', service, production)?.url;
    expect(`${url?.pathname}${url?.search}`).toBe(expected);
  });

  test('has no cancel link where it has no route for that', () => {
    const cancelUrl = 'https://image.adobe.io/v2/stop/7';
    expect(jobLink({ ...handle, cancelUrl }, 'cancel', { ...service, cancel: undefined }, production)).toBeUndefined();
  });

  test('may have no token with another API, unless its origin is trusted', () => {
    expect(originOf(service, local)).toBeUndefined();
    expect(checkLink('https://image.adobe.io/v2/x', service, local)).toBeUndefined();
    expect(jobLink(handle, 'status', service, local)).toBeUndefined();
    const trusting = { ...local, trustedOrigins: new Set(['https://image.adobe.io']) };
    expect(originOf(service, trusting)).toBe('https://image.adobe.io');
    expect(checkLink('http://127.0.0.1:9000/x', service, trusting)).toBeUndefined();
  });
});
