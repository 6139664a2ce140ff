import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, linksIn, openSession, type Session } from '../../raw.ts';

let session: Session;
let spec: Session;
beforeAll(async () => {
  session = await openSession();
  spec = await openSession({ schemaErrors: 'spec' });
});
afterAll(async () => {
  await session.close();
  await spec.close();
});

const IMAGE3 = '2048x2048 1024x1024 2304x1792 1792x2304 2688x1536 2688x1512 1344x768 1344x756 1152x896 896x1152';
const IMAGE4 = '2048x2048 2304x1792 1792x2304 2688x1536 1440x2560';
const size = (text: string) => ({ width: Number(text.split('x')[0]), height: Number(text.split('x')[1]) });
const model = (version: string) => ({ 'x-model-version': version });

/** Published custom models by base model and training mode. */
async function customModel(base: string, trainingMode: 'style' | 'subject') {
  const answer = await session.get(`${session.emulator.apiOrigin}/v3/custom-models`);
  const { custom_models: models } = answer.json as { custom_models: Record<string, unknown>[] };
  const found = models.find((each) => {
    const { name } = each['baseModel'] as { name: string };
    return (
      each['trainingMode'] === trainingMode &&
      (base === 'image4' ? name.startsWith('image4') : !name.startsWith('image4'))
    );
  });
  return { customModelId: String(found?.['assetId']), conceptId: String(found?.['conceptId']) };
}

describe('a v3 generation', () => {
  test('is answered with 202 and links to the shard', async () => {
    const answer = await session.v3({ prompt: 'a lighthouse' }, model('image4_standard'));
    const { jobId, statusUrl, cancelUrl } = linksIn(answer);
    expect(jobId).toMatch(/^urn:ff:jobs:[a-z0-9]+:[0-9a-f-]{36}$/);
    expect(statusUrl).toBe(`${session.emulator.shardOrigin}/v3/status/${jobId}`);
    expect(cancelUrl).toBe(`${session.emulator.shardOrigin}/v3/cancel/${jobId}`);
    expect(answer.headers.get('link')).toContain(statusUrl);
    expect(answer.headers.get('content-type')).toBe('application/json');
  });

  test.each([
    ['image3', IMAGE3],
    ['image4_standard', IMAGE4],
    ['image4_ultra', IMAGE4],
  ])('with %s is possible in exactly its sizes', async (version, sizes) => {
    const all = new Set([...IMAGE3.split(' '), ...IMAGE4.split(' '), '2000x2000']);
    const taken: string[] = [];
    for (const text of all) {
      const answer = await session.v3({ prompt: 'a', size: size(text) }, model(version));
      if (answer.status === 202) taken.push(text);
      else expect(answer.json).toMatchObject({ error_code: 'bad_request' });
    }
    expect(taken.toSorted()).toEqual(sizes.split(' ').toSorted());
  });

  test.each([
    ['image3_custom', 'image3'],
    ['image4_custom', 'image4'],
  ])('with %s can use a style model', async (version, base) => {
    const { customModelId } = await customModel(base, 'style');
    linksIn(await session.v3({ prompt: 'a fox', customModelId }, model(version)));
  });

  test('uses image3 if the model header is missing', async () => {
    // A size that image4 does not have.
    linksIn(await session.v3({ prompt: 'a', size: size('1344x756') }));
  });

  test('ignores unknown keys at any depth, and a custom model without its header', async () => {
    const odd = { prompt: 'a', tileable: true, size: { ...size('2048x2048'), depth: 1 }, customModelId: 'urn:nothing' };
    linksIn(await session.v3(odd, model('image4_standard')));
  });

  test('accepts a charset in the content type', async () => {
    linksIn(await session.v3({ prompt: 'a' }, { 'content-type': 'application/json; charset=utf-8' }));
  });

  test('makes as many pictures as there are seeds, else numVariations, else one', async () => {
    const count = async (body: object) => {
      const { statusUrl } = linksIn(await session.v3(body, model('image3')));
      session.clock.advance(2_000);
      const { result } = (await session.get(statusUrl)).json as { result: { outputs: { seed: number }[] } };
      return result.outputs.map(({ seed }) => seed);
    };
    expect(await count({ prompt: 'a', seeds: [5, 9, 7] })).toEqual([5, 9, 7]);
    expect(await count({ prompt: 'a', seeds: [5, 9], numVariations: 2 })).toEqual([5, 9]);
    expect(await count({ prompt: 'a', numVariations: 4 })).toHaveLength(4);
    expect(await count({ prompt: 'a' })).toHaveLength(1);
  });

  test.each([
    ['image4_custom', { negativePrompt: 'fog' }, 400],
    ['image3_custom', { negativePrompt: 'fog' }, 400],
    ['image4_custom', { visualIntensity: 5 }, 400],
    ['image4_custom', { upsamplerType: 'low_creativity' }, 202],
    ['image3_custom', { visualIntensity: 5 }, 202],
  ])('with %s and the fields %j has status %i', async (version, extra, status) => {
    const { customModelId } = await customModel(version.slice(0, 6), 'style');
    const answer = await session.v3({ prompt: 'a', customModelId, ...extra }, model(version));
    expect(answer.status).toBe(status);
  });

  test.each([
    [{ uploadId: 'no uuid' }, 400],
    [{ uploadId: crypto.randomUUID() }, 422],
    [{ url: 'https://elsewhere.example/a.png' }, 422],
    [{ url: 'http://bucket.s3.amazonaws.com/a.png' }, 422],
    [{ url: 'https://notamazonaws.com/a.png' }, 422],
    [{ url: 'https://bucket.s3.amazonaws.com/a.png' }, 202],
    [{ uploadId: crypto.randomUUID(), url: 'https://bucket.s3.amazonaws.com/a.png' }, 400],
    [{}, 400],
  ])('with the reference %j has status %i', async (source, status) => {
    const body = { prompt: 'a', structure: { imageReference: { source } } };
    expect((await session.v3(body, model('image3'))).status).toBe(status);
  });
});

describe('a v3 generation that is refused', () => {
  test.each([
    [{}, ['body', 'prompt'], 'value_error.missing'],
    [{ prompt: '' }, ['body', 'prompt'], 'value_error.any_str.min_length'],
    [{ prompt: 'a'.repeat(1025) }, ['body', 'prompt'], 'value_error.any_str.max_length'],
    [{ prompt: 5 }, ['body', 'prompt'], 'type_error.str'],
    [{ prompt: 'a', contentClass: 'ART' }, ['body', 'contentClass'], 'type_error.enum'],
    [{ prompt: 'a', numVariations: 5 }, ['body', 'numVariations'], 'value_error.number.not_le'],
    [{ prompt: 'a', numVariations: 0 }, ['body', 'numVariations'], 'value_error.number.not_ge'],
    [{ prompt: 'a', seeds: [1, 2, 3, 4, 5] }, ['body', 'seeds'], 'value_error.list.max_items'],
    [{ prompt: 'a', seeds: [1], numVariations: 2 }, ['body', 'seeds'], 'value_error'],
    [{ prompt: 'a', size: { width: 2048 } }, ['body', 'size', 'height'], 'value_error.missing'],
    [{ prompt: 'a', style: { strength: 0 } }, ['body', 'style', 'strength'], 'value_error.number.not_ge'],
    [{ prompt: 'a', visualIntensity: 11 }, ['body', 'visualIntensity'], 'value_error.number.not_le'],
    [{ prompt: 'a', upsamplerType: 'default' }, ['body', 'upsamplerType'], 'value_error'],
  ])('for %j is 400 as observed live, 422 as documented', async (body, loc, type) => {
    const live = await session.v3(body, model('image4_standard'));
    const documented = await spec.v3(body, model('image4_standard'));
    const errors = [expect.objectContaining({ loc, type }) as unknown];
    expect([live.status, live.json]).toEqual([400, { error_code: 'bad_request', validation_errors: errors }]);
    expect([documented.status, documented.json]).toEqual([
      422,
      { error_code: 'validation_error', validation_errors: errors },
    ]);
  });

  test('names all invalid fields at once', async () => {
    const answer = await session.v3({ prompt: '', numVariations: 9 });
    expect((answer.json as { validation_errors: unknown[] }).validation_errors).toHaveLength(2);
  });

  test('for its size lists the allowed sizes', async () => {
    const answer = await session.v3({ prompt: 'a', size: { width: 1, height: 1 } }, model('image4_ultra'));
    expect([answer.status, answer.json]).toEqual([
      400,
      {
        error_code: 'bad_request',
        message: expect.stringMatching(/^Size must be one of \{(\(\d+, \d+\)(, )?){5}\}$/) as string,
      },
    ]);
    expect((await spec.v3({ prompt: 'a', size: { width: 1, height: 1 } })).status).toBe(422);
  });

  test('for an unknown model is 422 with a list of models', async () => {
    const answer = await session.v3({ prompt: 'a' }, model('image9'));
    expect([answer.status, answer.json]).toEqual([
      422,
      {
        error_code: 'validation_error',
        message:
          "Invalid x-model-version: image9. Must be one of: ['image3', 'image3_custom', 'image4_standard', 'image4_ultra', 'image4_custom']",
      },
    ]);
  });

  test.each([
    ['no model', {}, 400],
    ['an unknown model', { customModelId: 'urn:aaid:sc:US:none' }, 422],
  ])('for a custom header with %s has its status', async (_name, extra, status) => {
    expect((await session.v3({ prompt: 'a', ...extra }, model('image4_custom'))).status).toBe(status);
  });

  test('for a missing concept of a subject model names that concept', async () => {
    const { customModelId, conceptId } = await customModel('image4', 'subject');
    const without = await session.v3({ prompt: 'on a rock', customModelId }, model('image4_custom'));
    expect([without.status, without.json]).toEqual([
      422,
      { error_code: 'validation_error', message: expect.stringContaining(conceptId) as string },
    ]);
    linksIn(await session.v3({ prompt: `${conceptId} on a rock`, customModelId }, model('image4_custom')));
  });

  test.each([
    ['an empty body', '', {}, 400, { error_code: 'empty_input_body' }],
    ['invalid JSON', '{"prompt":', {}, 400, expect.objectContaining({ error_code: 'bad_request' }) as unknown],
    ['JSON that is not an object', '[]', {}, 400, expect.objectContaining({ error_code: 'bad_request' }) as unknown],
    ['plain text', '{}', { 'content-type': 'text/plain' }, 415, { error_code: 'invalid_content_type' }],
  ])('for %s has its error code', async (_name, body, headers, status, json) => {
    const answer = await session.v3(body, headers);
    expect([answer.status, answer.json]).toEqual([status, json]);
  });

  test('for multipart, which Adobe accepts, is 501', async () => {
    expect((await session.v3('x', { 'content-type': 'multipart/form-data; boundary=x' })).status).toBe(501);
  });

  test('for a body over the limit is 413 with an HTML page', async () => {
    const answer = await ask(`${session.emulator.apiOrigin}/v3/images/generate-async`, {
      method: 'POST',
      headers: { ...session.auth, 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'a'.repeat(2_000_000) }),
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([413, 'text/html']);
  });
});
