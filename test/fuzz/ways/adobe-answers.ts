import fc from 'fast-check';
import { expect } from 'vitest';
import { Problem } from '../../../src/shared/errors.ts';
import { mockAdobe, testFirefly, V3 } from '../../firefly/harness.ts';
import { hiddenIn } from '../../support/hostile.ts';
import { odd } from '../generators/arguments.ts';
import type { WayIn } from '../inputs.ts';

/** Answers of any form. */
export const answersOfAdobe: WayIn = async (more) => {
  const keys = [
    'jobId',
    'statusUrl',
    'cancelUrl',
    'links',
    'result',
    'status',
    'outputs',
    'image',
    'url',
    'href',
    'progress',
  ];
  const { body } = fc.letrec((tie) => ({
    body: fc.oneof(
      { depthSize: 'small' },
      odd,
      fc.dictionary(fc.constantFrom(...keys), tie('body')),
      fc.array(tie('body'), { maxLength: 3 }),
    ),
  }));
  const status = fc.constantFrom(200, 202, 204, 400, 401, 403, 404, 409, 422, 429, 500, 503);
  const headers = fc.dictionary(
    fc.constantFrom('retry-after', 'link', 'x-access-error', 'content-type'),
    fc.string({ unit: 'grapheme-ascii' }),
  );
  const handle = { jobId: 'urn:x', statusUrl: 'https://firefly-api.adobe.io/v3/status/urn:x', cancelUrl: undefined };
  await more(fc.tuple(status, body, headers), async ([code, content, extra]) => {
    const adobe = mockAdobe(() => ({ status: code, body: code === 204 ? '' : content, headers: extra }));
    const firefly = testFirefly({ connect: adobe.connect });
    try {
      const outcome = await firefly.submit(V3, { requestId: 'fuzz' });
      const posts = adobe.seen.filter(({ method }) => method === 'POST').length;
      // A second request is legitimate after a refused token only.
      expect(posts).toBeLessThanOrEqual(code === 401 ? 2 : 1);
      if ('problem' in outcome) expect(hiddenIn(JSON.stringify(outcome.problem))).toEqual([]);
      await firefly.status(handle, 'generateImagesV3Async');
      await firefly.customModels({ limit: 2 }).catch((error: unknown) => expect(error).toBeInstanceOf(Problem));
      for (const { url } of adobe.seen) expect(new URL(url).hostname).toBe('firefly-api.adobe.io');
    } finally {
      await firefly.close();
      await adobe.agent.close();
    }
  });
};
