import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ACCEPT_FLAT, acceptLinks, readHandle, type AcceptFamily } from '../../../src/firefly/families/accept.ts';

const ID = 'urn:ff:jobs:epo854211:3e1ea3e4';
const S = `https://firefly-epo854211.adobe.io/v3/status/${ID}`;
const C = `https://firefly-epo854211.adobe.io/v3/cancel/${ID}`;
const ALL = { jobId: ID, statusUrl: S, cancelUrl: C };
const NO_CANCEL = { ...ALL, cancelUrl: undefined };

/** A family of another service, whose reader throws where the answer is not its own. */
const OTHER: AcceptFamily = {
  statuses: [201],
  body: z.unknown(),
  read: (body) => {
    const { name, at } = (body as { task: { name: string; at: string } }).task;
    return { jobId: name, statusUrl: at, cancelUrl: undefined };
  },
};

describe('the handle of a job', () => {
  test.each<[string, unknown, Record<string, string>, unknown]>([
    ['flat fields', { jobId: ID, statusUrl: S, cancelUrl: C }, {}, ALL],
    ['flat fields and a status', { status: 'running', jobId: ID, statusUrl: S, cancelUrl: C }, {}, ALL],
    ['flat fields without a cancel link', { jobId: ID, statusUrl: S }, {}, NO_CANCEL],
    ['links', { links: { result: { href: S }, cancel: { href: C } }, progress: 0 }, {}, ALL],
    ['links without a cancel link', { links: { result: { href: S } } }, {}, NO_CANCEL],
    [
      'an encoded id',
      { links: { result: { href: S.replaceAll(':', '%3A').replace('https%3A', 'https:') } } },
      {},
      { jobId: ID },
    ],
    ['an id that is a number', { jobId: 4711 }, {}, { jobId: '4711' }],
    ['an id by its form', { task: [{ id: ID }] }, {}, { jobId: ID }],
    ['a slash after the id', { statusUrl: `${S}/` }, {}, { jobId: ID, statusUrl: `${S}/` }],
    ['an id alone', { jobId: ID }, {}, { jobId: ID, statusUrl: undefined, cancelUrl: undefined }],
    ['a link alone', { statusUrl: S }, {}, NO_CANCEL],
    ['a query after the id', { statusUrl: `${S}?x=/y` }, {}, { jobId: ID }],
    [
      'a hostile host, which is kept unchanged',
      { jobId: ID, statusUrl: 'http://evil.example/1' },
      {},
      { jobId: ID, statusUrl: 'http://evil.example/1' },
    ],
    ['a Link header alone', '', { link: `<${S}>; rel="status", <${C}>; rel="cancel"` }, ALL],
    ['a Link header that has other links too', '', { link: `</help>; rel="self", <${S}>; rel="status"` }, NO_CANCEL],
    ['a Link header without relations', 'not json', { link: `<${C}>, <${S}>` }, ALL],
    ['a Link header for what the body lacks', { jobId: ID, statusUrl: S }, { link: `<${C}>; rel=cancel` }, ALL],
    ['truncated JSON', `{"jobId":"${ID}","statusUrl":"${S}","cancelUrl":"https://fire`, {}, NO_CANCEL],
    ['truncated links', `{"links":{"result":{"href":"${S}"},"cancel":{"hr`, {}, NO_CANCEL],
    ['escaped characters in truncated JSON', `{"statusUrl":"${S.replaceAll('/', '\\/')}","can`, {}, NO_CANCEL],
  ])('is read from an answer with %s, whatever the family', (_name, body, headers, expected) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    for (const family of [ACCEPT_FLAT, acceptLinks(202), OTHER]) {
      expect(readHandle({ text, headers }, family)).toMatchObject(expected as object);
    }
  });

  test('is read where its own family has it, before any other place', () => {
    const text = JSON.stringify({ task: { name: ID, at: S }, jobId: 'another' });
    expect(readHandle({ text, headers: {} }, OTHER)).toEqual(NO_CANCEL);
  });

  test.each([
    ['half an id', '{"jobId":"urn:ff:jo'],
    ['nothing', ''],
    ['an empty object', '{}'],
    ['an array', '[]'],
    ['null', 'null'],
    ['an empty id', '{"jobId":"","statusUrl":""}'],
    ['a number that is no id', '{"jobId":7.5,"statusUrl":{}}'],
    ['an error with an id', `{"error_code":"runtime_error","id":"${ID}"}`],
    ['a link to the request itself', '{"_links":{"self":{"href":"/v3/images/generate-async"}}}'],
    ['an id that is none by its length', JSON.stringify({ jobId: 'x'.repeat(501), id: `urn:${'x'.repeat(9_000)}` })],
    ['half a text of megabytes', `{"jobId":"${'y'.repeat(15_000_000)}`],
    ['lists in lists', '['.repeat(4_000) + ']'.repeat(4_000)],
    ['links of a wrong kind', '{"links":[1]}'],
    ['HTML', '<html>ok</html>'],
  ])('is not found in %s', (_name, text) => {
    expect(readHandle({ text, headers: {} }, ACCEPT_FLAT)).toBeUndefined();
  });

  test('is not found in a Link header that names no job', () => {
    const link = '<https://example.adobe.io/help>; rel="self", <https://example.adobe.io/v3>; rel="describedby"';
    expect(readHandle({ text: '{}', headers: { link } }, ACCEPT_FLAT)).toBeUndefined();
  });
});
