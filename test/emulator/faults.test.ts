import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { ask, tokenForm } from './raw.ts';
import { type Bench, bench, V3 } from './start.ts';

const body = { prompt: 'a fox' };
/** The part of a PNG that an upload inspects. */
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const PHASES = ['token', 'upload', 'submit', 'status', 'cancel', 'download', 'custom-models'] as const;

/** The error code of a request that fails. */
async function failure(attempt: Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (!(cause instanceof Error && 'code' in cause)) return String(error);
    return typeof cause.code === 'string' ? cause.code : cause.name;
  }
}

/** One request for each phase. */
async function requestOf(phase: (typeof PHASES)[number], on: Bench): Promise<number> {
  const { emulator, get, post, put, submit, status } = on;
  switch (phase) {
    case 'token':
      return (await ask(`${emulator.imsOrigin}/ims/token/v3`, tokenForm(emulator))).status;
    case 'upload':
      return (await post('/v2/storage/image', PNG, { 'content-type': 'image/png' })).status;
    case 'submit':
      return (await post(V3, body)).status;
    case 'status':
      return (await get((await submit()).statusUrl)).status;
    case 'cancel':
      return (await put((await submit({ prompt: '[stuck]' })).cancelUrl)).status;
    case 'custom-models':
      return (await get('/v3/custom-models')).status;
    case 'download': {
      const { result } = await status((await submit({ size: { width: 1024, height: 1024 } })).statusUrl);
      return (await fetch(result?.outputs?.[0]?.image?.url ?? '')).status;
    }
  }
}

describe('a scripted fault', () => {
  test.each(PHASES)('is applied to the next request of its phase only: %s', async (phase) => {
    const on = await bench({ latencyMs: 0 });
    const { control } = on.emulator;
    control.next({ on: phase, action: { kind: 'status', status: 503, headers: { 'retry-after': '3' } } }, 2);
    for (const other of PHASES.filter((each) => each !== phase)) {
      // These phases need requests of other phases first.
      if (phase === 'submit' && ['status', 'cancel', 'download'].includes(other)) continue;
      if (phase === 'status' && other === 'download') continue;
      expect(await requestOf(other, on), other).not.toBe(503);
    }
    expect(control.faultsLeft()).toBe(2);
    expect(await requestOf(phase, on).catch(() => 503)).toBe(503);
    expect(control.faultsLeft()).toBe(1);
    expect(control.requests(phase).at(-1)).toMatchObject({ fault: 'status', status: 503 });
  });

  test('is applied in the order of the script', async () => {
    const { emulator, get } = await bench();
    emulator.control.next({ on: 'custom-models', action: { kind: 'status', status: 500, body: { reason: 'Oops' } } });
    emulator.control.next({ on: 'custom-models', action: { kind: 'status', status: 503, body: 'busy' } });
    expect(await get('/v3/custom-models')).toMatchObject({ status: 500, json: { reason: 'Oops' } });
    expect(await get('/v3/custom-models')).toMatchObject({ status: 503, text: 'busy' });
    expect(await get('/v3/custom-models')).toMatchObject({ status: 200 });
  });

  test.each(['before-processing', 'after-processing'] as const)('resets the connection %s', async (when) => {
    const { emulator, post } = await bench({ rpm: 1 });
    emulator.control.next({ on: 'submit', action: { kind: 'reset', when } });
    expect(await failure(post(V3, body))).toBe('ECONNRESET');
    const done = when === 'after-processing';
    expect(emulator.control.jobs()).toHaveLength(done ? 1 : 0);
    const [seen] = emulator.control.submits();
    expect(seen).toMatchObject({ fault: 'reset', status: undefined, json: body });
    expect(seen?.jobId).toBe(emulator.control.jobs()[0]?.jobId);
    // A submit whose answer is lost was counted nevertheless.
    expect((await post(V3, body)).status).toBe(done ? 429 : 202);
  });

  test.each(['before-processing', 'after-processing'] as const)('answers with another status %s', async (when) => {
    const { emulator, post } = await bench();
    emulator.control.next({ on: 'submit', action: { kind: 'status', status: 502, body: '<html>', when } });
    expect(await post(V3, body)).toMatchObject({ status: 502, text: '<html>' });
    expect(emulator.control.jobs()).toHaveLength(when === 'after-processing' ? 1 : 0);
  });

  test('hangs until the client aborts or the emulator closes', async () => {
    const { emulator } = await bench();
    const url = `${emulator.apiOrigin}/v3/custom-models`;
    emulator.control.next({ on: 'custom-models', action: { kind: 'hang' } }, 2);
    expect(await failure(fetch(url, { signal: AbortSignal.timeout(100) }))).toContain('TimeoutError');
    const open = failure(fetch(url));
    await expect.poll(() => emulator.control.requests().length).toBe(2);
    await emulator.close();
    expect(await open).toMatch(/UND_ERR_SOCKET|ECONNRESET/);
  });

  test('delays by the emulator’s own clock', async () => {
    const { emulator, clock, get } = await bench();
    emulator.control.next({ on: 'custom-models', action: { kind: 'delay', ms: 60_000 } });
    let settled = false;
    const answer = get('/v3/custom-models').finally(() => (settled = true));
    await expect.poll(() => emulator.control.requests()[0]?.fault).toBe('delay');
    clock.advance(59_999);
    // A round trip, in which a premature answer would have arrived.
    await get('/emulator');
    expect(settled).toBe(false);
    clock.advance(1);
    expect((await answer).status).toBe(200);
    const [seen] = emulator.control.requests();
    expect((seen?.answeredAt ?? 0) - (seen?.headAt ?? 0)).toBe(60_000);
  });

  test('truncates a body after announcing its whole length', async () => {
    const { emulator, auth } = await bench();
    emulator.control.next({ on: 'submit', action: { kind: 'cut-body' } });
    const headers = { ...auth, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(emulator.apiOrigin + V3, init);
    expect(response.status).toBe(202);
    const promised = Number(response.headers.get('content-length'));
    const got: Uint8Array[] = [];
    const read = async () => {
      for await (const chunk of response.body ?? []) got.push(chunk);
    };
    expect(await failure(read())).toMatch(/UND_ERR_SOCKET|ECONNRESET/);
    expect(Buffer.concat(got).length).toBe(promised >> 1);
    expect(emulator.control.jobs()).toHaveLength(1);
  });

  test('sends raw bytes instead of HTTP', async () => {
    const { emulator, post } = await bench();
    emulator.control.next({ on: 'submit', action: { kind: 'raw', bytes: 'SSH-2.0-nobody\r\n' } });
    expect(await failure(post(V3, body))).toMatch(/HPE_|HTTPParserError/);
    expect(emulator.control.jobs()).toHaveLength(0);
  });

  test('rewrites the normal answer', async () => {
    const { emulator, post } = await bench();
    emulator.control.next({
      on: 'submit',
      action: {
        kind: 'rewrite',
        rewrite: (answer) => ({ ...answer, headers: { link: answer.headers['link'] ?? '' }, body: Buffer.alloc(0) }),
      },
    });
    const answer = await post(V3, body);
    expect(answer).toMatchObject({ status: 202, text: '' });
    const [job] = emulator.control.jobs();
    expect(answer.headers.get('link')).toContain(`/v3/status/${job?.jobId}>; rel="status"`);
  });
});

describe('closing an emulator', () => {
  test('ends idle connections and half-sent requests, and is idempotent', async () => {
    const { emulator } = await bench();
    const half = request(`${emulator.apiOrigin}${V3}`, { method: 'POST', headers: { 'content-length': 100 } });
    const ended = new Promise((resolve) => half.once('error', resolve));
    half.write('{');
    await expect.poll(() => emulator.control.requests().length).toBe(1);
    await emulator.close();
    await emulator.close();
    expect(await ended).toMatchObject({ code: 'ECONNRESET' });
    expect(await failure(fetch(emulator.apiOrigin))).toBe('ECONNREFUSED');
  });
});
