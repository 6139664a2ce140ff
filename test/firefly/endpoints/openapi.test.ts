import { describe, expect, test } from 'vitest';
import { customModels } from '../../../src/firefly/endpoints/custom-models.ts';
import { PAID_ENDPOINTS } from '../../../src/firefly/endpoints/registry.ts';
import { upload } from '../../../src/firefly/endpoints/upload.ts';
import { jobLink } from '../../../src/firefly/http/links.ts';
import { openApi } from '../../contract/openapi.ts';
import { API, V3, V4, mockAdobe, testFirefly } from '../harness.ts';

const HANDLE = { jobId: '{jobId}', statusUrl: `${API}/v3/status/{jobId}`, cancelUrl: undefined };
const POLICY = { apiOrigin: API, trustedOrigins: new Set<string>() };
const documented = () => Object.values(openApi.operations).map(({ method, path }) => `${method.toUpperCase()} ${path}`);

describe('compared with the facts of Adobe’s document', () => {
  test.each([...Object.values(PAID_ENDPOINTS), upload, customModels])(
    'method and path of $operation are documented',
    ({ method, path }) => {
      expect(documented()).toContain(`${method} ${path}`);
    },
  );

  test.each(['status', 'cancel'] as const)('a %s link that is built from a job id has the documented path', (route) => {
    const path = decodeURIComponent(jobLink(HANDLE, route, POLICY)?.url.pathname ?? '');
    expect(documented()).toContain(`${route === 'status' ? 'GET' : 'PUT'} ${path}`);
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
