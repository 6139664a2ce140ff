import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { AS_PNG, decode, editBench, maskOf, noise, share } from '../editing.ts';

const GENERATE = '/v3/images/generate';

interface Result {
  readonly size: { readonly width: number; readonly height: number };
  readonly outputs: readonly { readonly seed: number; readonly image: { readonly url: string } }[];
}

describe('the synchronous routes', () => {
  test.each([GENERATE, '/v3/images/fill', '/v3/images/expand', '/v3/images/generate-similar'])(
    'are 404 by default: %s',
    async (path) => {
      const { post } = await editBench();
      expect((await post(path, { prompt: 'a' })).status).toBe(404);
    },
  );

  test('generate at once, whatever the latency', async () => {
    const { post, emulator } = await editBench({ syncRoutes: true, latencyMs: 60_000 });
    const answer = await post(GENERATE, { prompt: 'a cat', seeds: [4, 5], size: { width: 1152, height: 896 } });
    expect(answer.status).toBe(200);
    const { size, outputs } = answer.json as Result;
    expect(size).toEqual({ width: 1152, height: 896 });
    expect(outputs.map(({ seed }) => seed)).toEqual([4, 5]);
    const picture = await fetch(outputs[0]?.image.url ?? '');
    expect(await sharp(await picture.arrayBuffer()).metadata()).toMatchObject({ ...size, format: 'jpeg' });
    expect(emulator.control.submits()).toMatchObject([{ operation: 'generateImagesV3', status: 200 }]);
  });

  test('fill and expand at once', { tags: 'long' }, async () => {
    const { post, upload } = await editBench({ syncRoutes: true });
    const png = await noise(1152, 896);
    const source = { uploadId: await upload(png) };
    const mask = { uploadId: await upload(await maskOf(1152, 896, (x) => (x < 32 ? 0 : 255))) };
    const results = await Promise.all([
      post('/v3/images/fill', { image: { source, mask }, prompt: 'a', size: { width: 1152, height: 896 } }, AS_PNG),
      post(
        '/v3/images/expand',
        { image: { source }, size: { width: 1152, height: 950 }, placement: { inset: { top: 0 } } },
        AS_PNG,
      ),
    ]);
    for (const { json } of results) {
      const { outputs } = json as Result;
      const bytes = Buffer.from(await (await fetch(outputs[0]?.image.url ?? '')).arrayBuffer());
      expect(share(await decode(png), await decode(bytes), (x) => x < 32)).toBe(1);
    }
  });

  test('count against the quota, and have the errors of the asynchronous routes', async () => {
    const { post } = await editBench({ syncRoutes: true, rpm: 5 });
    const coded = async (prompt: string) => {
      const { status, json } = await post(GENERATE, { prompt });
      return [status, (json as { error_code?: string }).error_code];
    };
    expect(await coded('')).toEqual([400, 'bad_request']);
    expect(await coded('[unsafe]')).toEqual([422, 'prompt_unsafe']);
    expect(await coded('[fail]')).toEqual([422, 'output_media_unsafe']);
    expect(await coded('[crash]')).toEqual([500, 'runtime_error']);
    expect(await coded('[stuck]')).toEqual([408, 'timeout_error']);
    expect((await post(GENERATE, { prompt: '[empty]' })).json).toMatchObject({ outputs: [] });
    expect(await coded('a')).toEqual([429, 'rate_limited']);
  });
});
