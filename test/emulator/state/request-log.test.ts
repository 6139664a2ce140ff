import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ask, tokenForm } from '../raw.ts';
import { bench, V3 } from '../start.ts';

describe('the request log', () => {
  test('records each request, its origin and its answer', async () => {
    const { emulator, post } = await bench();
    await post(V3, { prompt: 'a fox' }, { 'x-model-version': 'image4_ultra', 'x-request-id': 'abc' });
    const [seen] = emulator.control.submits();
    expect(seen).toMatchObject({
      seq: 1,
      origin: 'api',
      phase: 'submit',
      operation: 'generateImagesV3Async',
      method: 'POST',
      path: V3,
      status: 202,
      json: { prompt: 'a fox' },
      headers: { 'x-model-version': 'image4_ultra', 'x-request-id': 'abc', 'content-type': 'application/json' },
      jobId: emulator.control.jobs()[0]?.jobId,
    });
    expect(seen?.remote).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  test('holds neither tokens nor client secrets nor signatures', async () => {
    const { emulator, auth, submit, status } = await bench({ latencyMs: 0 });
    const { clientId, clientSecret } = emulator.credentials;
    const token = await ask(`${emulator.imsOrigin}/ims/token/v3`, tokenForm(emulator));
    expect(token.status).toBe(200);
    const { result } = await status((await submit({ size: { width: 1024, height: 1024 } })).statusUrl);
    const url = new URL(result?.outputs?.[0]?.image?.url ?? '');
    await fetch(url);
    const log = JSON.stringify(emulator.control.requests());
    for (const secret of [clientSecret, auth['authorization']?.slice(7), url.searchParams.get('X-Amz-Signature')]) {
      expect(secret).toBeTruthy();
      expect(log).not.toContain(secret);
    }
    expect(log).toContain(`client_id=${clientId}`);
  });

  test('records the hash of a download', async () => {
    const { emulator, submit, status } = await bench({ latencyMs: 0 });
    const { result } = await status((await submit({ size: { width: 1024, height: 1024 } })).statusUrl);
    const url = result?.outputs?.[0]?.image?.url ?? '';
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
    await fetch(new URL(url).origin + new URL(url).pathname);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const [served, refused] = emulator.control.requests('download');
    expect(served?.served).toEqual({ sha256, length: bytes.length });
    expect(refused).toMatchObject({ status: 403, served: undefined });
  });

  test('distinguishes two tokens without revealing them', async () => {
    const { emulator, get } = await bench();
    await get('/v3/custom-models');
    await get('/v3/custom-models');
    await get('/v3/custom-models', { authorization: 'Bearer another' });
    await get('/v3/custom-models', {});
    const [first, second, third, none] = emulator.control.requests().map(({ authorization }) => authorization?.sha256);
    expect(first).toBe(second);
    expect(third).not.toBe(first);
    expect(none).toBeUndefined();
  });

  test('records the arrival of the first byte of the head and of the last byte of the body', async () => {
    const { emulator, auth, clock, get } = await bench();
    const start = clock.wall;
    const { port } = new URL(emulator.apiOrigin);
    const socket = connect(Number(port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const body = JSON.stringify({ prompt: 'a fox' });
    const head = [
      `OST ${V3} HTTP/1.1`,
      'host: 127.0.0.1',
      'content-type: application/json',
      `content-length: ${body.length}`,
      ...Object.entries(auth).map(([name, value]) => `${name}: ${value}`),
      '',
      '',
    ].join('\r\n');
    const say = async (text: string) => {
      await new Promise((resolve) => socket.write(text, resolve));
      // A later request that is answered shows that these bytes were read.
      await get('/v3/custom-models');
    };
    // Two requests over one connection: the second must not count from the head of the first.
    for (const round of [0, 1]) {
      await say('P');
      clock.advance(1_000);
      await say(head);
      clock.advance(1_000);
      await say(body);
      await expect.poll(() => emulator.control.submits()[round]?.status).toBe(202);
      clock.advance(1_000);
      const seen = emulator.control.submits()[round];
      expect([seen?.headAt, seen?.completeAt]).toEqual([start + round * 3_000, start + round * 3_000 + 2_000]);
    }
    socket.destroy();
  });

  test('records a request whose body never arrives', async () => {
    const { emulator } = await bench();
    const { port } = new URL(emulator.apiOrigin);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`POST ${V3} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 10\r\n\r\n{`);
    await expect.poll(() => emulator.control.submits().length).toBe(1);
    socket.destroy();
    expect(emulator.control.submits()[0]).toMatchObject({ completeAt: undefined, status: undefined });
  });

  test('keeps the newest requests only', async () => {
    const { emulator, get } = await bench({ logLimit: 3 });
    for (let count = 0; count < 5; count += 1) await get('/v3/custom-models');
    expect(emulator.control.requests().map(({ seq }) => seq)).toEqual([3, 4, 5]);
  });
});
