import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import sharp from 'sharp';
import { openSession, urlsIn, type RawAnswer, type Session } from '../../raw.ts';

let session: Session;
beforeAll(async () => {
  session = await openSession();
});
afterAll(() => session.close());

interface Result {
  readonly size: { readonly width: number; readonly height: number };
  readonly outputs: readonly { readonly seed: number }[];
  readonly altText?: string;
}

function statusUrl(answer: RawAnswer): string {
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return (answer.json as { links: { result: { href: string } } }).links.result.href;
}

async function finished(body: object): Promise<Result & { readonly url: string }> {
  const url = statusUrl(await session.v4(body));
  session.clock.advance(2_000);
  const answer = await session.get(url);
  return { ...(answer.json as { result: Result }).result, url: urlsIn(answer)[0] ?? '' };
}

test('a v4 generation is answered with 200 and links to the shard, without a job id', async () => {
  const answer = await session.v4({ prompt: 'a lighthouse' });
  expect(answer.status).toBe(200);
  const { shardOrigin } = session.emulator;
  expect(answer.json).toEqual({
    links: {
      result: { href: expect.stringContaining(`${shardOrigin}/v3/status/urn:ff:jobs:`) as string },
      cancel: { href: expect.stringContaining(`${shardOrigin}/v3/cancel/urn:ff:jobs:`) as string },
    },
    progress: 0,
  });
});

describe('the pixels of a v4 generation', () => {
  test.each([
    ['1:1', 1],
    ['4:3', 4 / 3],
    ['3:4', 3 / 4],
    ['16:9', 16 / 9],
    ['9:16', 9 / 16],
    ['auto', 1],
    [undefined, 1],
  ])('have the ratio %s at each level', async (aspectRatio, ratio) => {
    for (const [resolutionLevel, megapixels] of [
      ['1MP', 1],
      ['2.4MP', 2.4],
      ['4MP', 4],
    ] as const) {
      const { size } = await finished({ prompt: 'a', resolutionLevel, ...(aspectRatio && { aspectRatio }) });
      expect(Math.abs(size.width / size.height / ratio - 1)).toBeLessThan(0.03);
      expect(Math.abs((size.width * size.height) / 1e6 / megapixels - 1)).toBeLessThan(0.1);
    }
  });

  test('are those of the picture, by default 2.4 million', async () => {
    const { url, size } = await finished({ prompt: 'a', aspectRatio: '16:9' });
    const facts = await sharp(Buffer.from(await (await fetch(url)).arrayBuffer())).metadata();
    expect([facts.width, facts.height]).toEqual([size.width, size.height]);
    expect(Math.abs((size.width * size.height) / 2.4e6 - 1)).toBeLessThan(0.1);
  });
});

test('a v4 generation keeps its seed, and has an altText for the quality reasoner only', async () => {
  const speed = await finished({ prompt: 'a red door', seeds: [77] });
  expect([speed.outputs.map(({ seed }) => seed), speed.altText]).toEqual([[77], '']);
  const quality = await finished({ prompt: 'a red door', modelSpecificPayload: { prompt_reasoner: 'quality' } });
  expect(quality.altText).toContain('a red door');
});

describe('a v4 generation', () => {
  test.each([[''], ['image4_standard']])('with the model header "%s" is refused with 422', async (version) => {
    const answer = await session.v4({ prompt: 'a' }, { 'x-model-version': version });
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({ message: expect.stringContaining("Must be one of: ['image5']") as string });
  });

  const url = 'https://bucket.s3.amazonaws.com/a.png';
  const FRONT = 'https://frontdoor.prod.azure.cxp.adobe.com/a.png';
  test.each<[string, object, number]>([
    ['two variations', { numVariations: 2 }, 400],
    ['two seeds', { seeds: [1, 2] }, 400],
    ['an unknown ratio', { aspectRatio: '2:1' }, 400],
    ['an unknown level', { resolutionLevel: '8MP' }, 400],
    ['a long prompt', { prompt: 'a'.repeat(1501) }, 400],
    ['a reference with a ratio', { aspectRatio: '1:1', referenceBlobs: [{ source: { url } }] }, 400],
    ['a reference with auto', { aspectRatio: 'auto', referenceBlobs: [{ source: { url }, usage: 'general' }] }, 200],
    ['an empty list of references with a ratio', { aspectRatio: '1:1', referenceBlobs: [] }, 200],
    ['a reference from elsewhere', { referenceBlobs: [{ source: { url: 'https://a.example/a.png' } }] }, 422],
    ['an unknown upload', { referenceBlobs: [{ source: { uploadId: crypto.randomUUID() } }] }, 422],
    ['1500 characters', { prompt: 'a'.repeat(1500) }, 200],
    ['1500 characters beyond the basic plane', { prompt: '\u{1f98a}'.repeat(1500) }, 200],
    ['a key that it does not have', { negativePrompt: 'dull' }, 400],
    ['an unknown key in a reference', { referenceBlobs: [{ source: { url }, note: 1 }] }, 400],
    ['two references', { referenceBlobs: [{ source: { url } }, { source: { url } }] }, 400],
    ['a reference on a host of Image 5', { referenceBlobs: [{ source: { url: FRONT } }] }, 200],
  ])('is accepted or refused by its body: %s', async (_name, extra, status) => {
    const answer = await session.v4({ prompt: 'a', ...extra });
    expect(answer.status, answer.text).toBe(status);
  });
});
