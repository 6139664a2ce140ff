import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { ask } from '../raw.ts';
import { type Bench, bench } from '../start.ts';

/** URLs of the results of a finished job. */
async function urlsOf({ status }: Bench, statusUrl: string): Promise<readonly string[]> {
  const { result } = await status(statusUrl);
  return (result?.outputs ?? []).map(({ image }) => image?.url ?? '');
}

async function firstUrl(on: Bench, body: object = {}, headers: Record<string, string> = {}): Promise<string> {
  const { statusUrl } = await on.submit(body, headers);
  const [url = ''] = await urlsOf(on, statusUrl);
  return url;
}

const small = { size: { width: 1024, height: 1024 } };

describe('a result', () => {
  test.each([
    [undefined, 'image/jpeg', 'jpeg'],
    ['image/jpeg', 'image/jpeg', 'jpeg'],
    ['image/png', 'image/png', 'png'],
    ['image/webp', 'image/webp', 'webp'],
    ['image/tiff', 'image/jpeg', 'jpeg'],
  ])('for x-accept-mimetype %s is %s, in exactly the requested size', async (wanted, type, format) => {
    const on = await bench({ latencyMs: 0 });
    const headers = wanted === undefined ? {} : { 'x-accept-mimetype': wanted };
    const url = await firstUrl(on, { size: { width: 1344, height: 756 } }, headers);
    const response = await fetch(url);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    expect(await sharp(bytes).metadata()).toMatchObject({ format, width: 1344, height: 756 });
  });

  test('has equal bytes for equal prompt, seed and model only', async () => {
    const on = await bench({ latencyMs: 0 });
    const bytesOf = async (body: object, model = 'image3') => {
      const url = await firstUrl(on, { ...small, ...body }, { 'x-model-version': model });
      return Buffer.from(await (await fetch(url)).arrayBuffer()).toString('base64');
    };
    const first = await bytesOf({ prompt: 'a boat', seeds: [1] });
    expect(await bytesOf({ prompt: 'a boat', seeds: [1] })).toBe(first);
    expect(await bytesOf({ prompt: 'a boat', seeds: [2] })).not.toBe(first);
    expect(await bytesOf({ prompt: 'a ship', seeds: [1] })).not.toBe(first);
  });

  test('needs neither key nor token, and refuses a request with a token', async () => {
    const on = await bench({ latencyMs: 0 });
    const url = await firstUrl(on, small);
    const answer = await ask(url, { headers: on.auth });
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.text).toContain('<Code>InvalidArgument</Code>');
    expect(answer.text).not.toContain('Bearer');
    const [seen] = on.emulator.control.requests('download');
    expect(seen?.authorization?.sha256).toMatch(/^[0-9a-f]{16}$/);
    expect((await ask(url)).status).toBe(200);
    expect(on.emulator.control.requests('download').at(-1)?.authorization).toBeUndefined();
  });
});

describe('a signed URL', () => {
  test('has the form of AWS, leads to the storage origin, and is signed anew at every read', async () => {
    const on = await bench({ latencyMs: 0 });
    const { statusUrl } = await on.submit(small);
    const [first = ''] = await urlsOf(on, statusUrl);
    on.clock.advance(5_000);
    const [second = ''] = await urlsOf(on, statusUrl);
    const query = new URL(first).searchParams;
    expect(new URL(first).origin).toBe(on.emulator.storageOrigin);
    expect(query.get('X-Amz-Algorithm')).toBe('AWS4-HMAC-SHA256');
    expect(query.get('X-Amz-Date')).toBe('20261120T120000Z');
    expect(query.get('X-Amz-Expires')).toBe('3600');
    expect(query.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
    expect(new URL(second).searchParams.get('X-Amz-Date')).toBe('20261120T120005Z');
    expect(new URL(second).pathname).toBe(new URL(first).pathname);
  });

  test('is valid for exactly its lifetime', async () => {
    const on = await bench({ latencyMs: 0, urlLifetimeMs: 30_000 });
    const { statusUrl } = await on.submit(small);
    const [url = ''] = await urlsOf(on, statusUrl);
    on.clock.advance(29_999);
    expect((await ask(url)).status).toBe(200);
    on.clock.advance(1);
    const late = await ask(url);
    expect(late.status).toBe(403);
    expect(late.headers.get('content-type')).toBe('application/xml');
    expect(late.text).toContain('<Code>AccessDenied</Code><Message>Request has expired</Message>');
    expect(late.text).toContain('<X-Amz-Expires>30</X-Amz-Expires><Expires>2026-11-20T12:00:30.000Z</Expires>');
    const [fresh = ''] = await urlsOf(on, statusUrl);
    expect((await ask(fresh)).status).toBe(200);
  });

  test('can be expired by the control API', async () => {
    const on = await bench({ latencyMs: 0 });
    const url = await firstUrl(on, small);
    on.emulator.control.expireUrls();
    expect(await ask(url)).toMatchObject({ status: 403 });
    expect((await ask(await firstUrl(on, small))).status).toBe(200);
  });

  test.each([
    ['another path', (url: URL) => (url.pathname = '/images/00000000-0000-4000-8000-000000000000')],
    ['a longer lifetime', (url: URL) => url.searchParams.set('X-Amz-Expires', '604800')],
    ['a later date', (url: URL) => url.searchParams.set('X-Amz-Date', '20270101T000000Z')],
    ['another signature', (url: URL) => url.searchParams.set('X-Amz-Signature', 'f'.repeat(64))],
    ['a short signature', (url: URL) => url.searchParams.set('X-Amz-Signature', 'f')],
  ])('with %s answers SignatureDoesNotMatch', async (_what, change) => {
    const on = await bench({ latencyMs: 0 });
    const url = new URL(await firstUrl(on, small));
    change(url);
    const answer = await ask(url.href);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('<Code>SignatureDoesNotMatch</Code>');
  });

  test('without a signature answers AccessDenied, one of another emulator SignatureDoesNotMatch', async () => {
    const [on, other] = [await bench({ latencyMs: 0 }), await bench()];
    const url = new URL(await firstUrl(on, small));
    expect((await ask(url.origin + url.pathname)).text).toContain('<Code>AccessDenied</Code>');
    const elsewhere = await ask(other.emulator.storageOrigin + url.pathname + url.search);
    expect(elsewhere.text).toContain('<Code>SignatureDoesNotMatch</Code>');
  });

  test('of a missing result answers NoSuchKey in XML', async () => {
    const { emulator } = await bench();
    const answer = await ask(`${emulator.storageOrigin}/elsewhere`);
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('<Code>NoSuchKey</Code>');
  });
});
