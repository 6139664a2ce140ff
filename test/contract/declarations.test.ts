import { describe, expect, test } from 'vitest';
import { CONTENT_POLICY_CODES } from '../../src/firefly/contract/errors.ts';
import { UPLOAD_MIME_TYPES } from '../../src/firefly/contract/upload.ts';
import { customModels } from '../../src/firefly/endpoints/custom-models.ts';
import type { PaidEndpoint } from '../../src/firefly/endpoints/paid-endpoint.ts';
import { PAID_ENDPOINTS } from '../../src/firefly/endpoints/registry.ts';
import { upload } from '../../src/firefly/endpoints/upload.ts';
import { ACCEPT_FLAT, acceptLinks } from '../../src/firefly/families/accept.ts';
import { FIREFLY_API } from '../../src/firefly/families/origins.ts';
import { jobLinks } from '../../src/firefly/http/answer/links.ts';
import { API, V3, V4, mockAdobe, testFirefly } from '../firefly/harness.ts';
import { openApi } from './openapi.ts';

/** The way that is tried first. */
const jobLink = (...given: Parameters<typeof jobLinks>) => jobLinks(...given)[0];

/** Operations that have an id of our own, since Adobe's is misleading. */
const ADOBES_ID: Readonly<Record<string, string>> = {
  generateImagesV4Async: 'firefly_image_v5_generate_async_v4',
  editImagesV4Async: 'firefly_image_v5_generate_async_v4',
};
const HANDLE = { jobId: '{jobId}', statusUrl: `${API}/v3/status/{jobId}`, cancelUrl: undefined };
const POLICY = { apiOrigin: API, trustedOrigins: new Set<string>() };
const STATUS = 'https://firefly-epo1.adobe.io/v3/status/urn:1';
const CANCEL = 'https://firefly-epo1.adobe.io/v3/cancel/urn:1';

/** An answer in each shape that a family of accepts may have. */
const ACCEPTS = [
  { jobId: 'urn:1', statusUrl: STATUS, cancelUrl: CANCEL },
  { links: { result: { href: STATUS }, cancel: { href: CANCEL } } },
];

/** Whatever of a declaration contradicts the facts of Adobe's document; empty for one that agrees. */
function contradictions(operation: string, endpoint: PaidEndpoint): readonly string[] {
  const id = ADOBES_ID[operation] ?? operation;
  const facts = openApi.operations[id];
  if (!facts) return [`${id} is not documented`];
  const { method, path, model, accept, limits } = endpoint;
  const versions = facts.parameters?.header?.[model?.name ?? 'x-model-version']?.schema.enum;
  const statuses = Object.keys(facts.responses).map(Number);
  const accepted = statuses.filter((status) => status < 300);
  const body = ACCEPTS.find((answer) => accept.body.safeParse(answer).success);
  const differ = (what: string, ours: unknown, adobes: unknown) =>
    JSON.stringify(ours) === JSON.stringify(adobes) ? [] : [`${what}: ${JSON.stringify([ours, adobes])}`];
  return [
    ...differ('operation', endpoint.operation, operation),
    ...differ('method', method, facts.method.toUpperCase()),
    ...differ('path', path, facts.path),
    ...differ('model', namesOf(model?.values), versions),
    ...differ('statuses of acceptance', accept.statuses, accepted),
    ...accepted.flatMap((status) => openApi.answerFaults(id, status, body)),
    ...differ('most results', limits.mostCount, openApi.mostVariations(id)),
  ];
}

/** The values that an enumeration or literal takes, sorted. */
function namesOf(schema: unknown): readonly string[] | undefined {
  if (schema === undefined) return undefined;
  const { def } = schema as { def: { entries?: Record<string, string>; values?: readonly string[] } };
  return (def.values ?? Object.values(def.entries ?? {})).toSorted();
}

describe('compared with the facts of Adobe’s document', () => {
  test.each(Object.entries(PAID_ENDPOINTS))('the declaration of %s agrees', (operation, endpoint) => {
    expect(contradictions(operation, endpoint)).toEqual([]);
  });

  test('the comparison finds each part that differs, and an operation that is not documented', () => {
    const { fillImagesV3Async: fill, generateImagesV3Async: generate } = PAID_ENDPOINTS;
    const compare = (changes: Partial<PaidEndpoint>) => contradictions('fillImagesV3Async', { ...fill, ...changes });
    expect(compare({ path: '/v3/images/fill' })).toEqual([expect.stringMatching(/^path/)]);
    expect(compare({ model: generate.model })).toEqual([expect.stringMatching(/^model/)]);
    expect(compare({ accept: { ...ACCEPT_FLAT, statuses: [200] } })).toEqual([expect.stringMatching(/^statuses/)]);
    expect(compare({ accept: acceptLinks(202) })).toEqual(expect.arrayContaining([expect.stringMatching(/required/)]));
    expect(compare({ limits: { ...fill.limits, mostCount: 3 } })).toEqual([expect.stringMatching(/^most/)]);
    expect(contradictions('fillImagesV4', fill)).toEqual(['fillImagesV4 is not documented']);
  });

  test.each([upload, customModels, FIREFLY_API.status, FIREFLY_API.cancel])(
    'the declaration of a free operation agrees',
    (endpoint) => {
      const { operation = '', method, path } = endpoint ?? {};
      expect(openApi.operations[operation]).toMatchObject({ method: method?.toLowerCase(), path });
    },
  );

  test.each(['status', 'cancel'] as const)('a %s link that is built from a job id has the documented path', (route) => {
    const link = jobLink(HANDLE, route, FIREFLY_API, POLICY);
    expect(decodeURIComponent(link?.url.pathname ?? '')).toBe(FIREFLY_API[route]?.path);
  });

  test('the formats of upload copies are among those that Adobe’s storage takes', () => {
    const documented = Object.keys(openApi.operations['storageImageV2']?.request?.content ?? {});
    expect(UPLOAD_MIME_TYPES.toSorted()).toEqual(documented.toSorted());
    for (const { limits } of Object.values(PAID_ENDPOINTS)) {
      expect(documented).toEqual(expect.arrayContaining([...limits.upload.formats]));
    }
  });

  test('every operation explains every documented refusal by content policy', () => {
    const documented = openApi.values('ContentPolicyErrorCode451');
    expect(CONTENT_POLICY_CODES).toEqual(expect.arrayContaining([...documented]));
    for (const { errors } of Object.values(PAID_ENDPOINTS)) {
      expect(Object.keys(errors.codes)).toEqual(expect.arrayContaining([...documented]));
    }
  });

  test.each([
    ['v3', V3, 'GenerateImagesRequestV3'],
    ['v4', V4, 'ImageGenerateRequestV3'],
  ])('the body of a %s request on the wire is valid', async (_name, request, schema) => {
    const adobe = mockAdobe(() => ({ status: 500 }));
    await testFirefly({ connect: adobe.connect }).submit(request, { requestId: 'r' });
    expect(openApi.schemaFaults(schema, JSON.parse(adobe.seen[0]?.body ?? ''))).toEqual([]);
  });
});
