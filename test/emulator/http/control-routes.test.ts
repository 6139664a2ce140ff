import { describe, expect, test } from 'vitest';
import { ask } from '../raw.ts';
import { bench, V3 } from '../start.ts';

const body = { prompt: 'a fox' };

describe('the control API over HTTP', () => {
  test('describes itself at /emulator and at /', async () => {
    const { emulator } = await bench();
    const at = await ask(`${emulator.apiOrigin}/emulator`);
    expect(at).toMatchObject({ status: 200, json: { name: 'Firefly emulator' } });
    expect((await ask(emulator.apiOrigin)).text).toBe(at.text);
  });

  test('is served on the API port only, and not logged', async () => {
    const { emulator } = await bench();
    await ask(`${emulator.apiOrigin}/emulator/requests`);
    expect(emulator.control.requests()).toEqual([]);
    expect((await ask(`${emulator.shardOrigin}/emulator/requests`)).status).toBe(404);
    expect((await ask(`${emulator.storageOrigin}/emulator/requests`)).status).toBe(404);
  });

  test('returns requests, submits and jobs', async () => {
    const { emulator, get, submit } = await bench();
    const { jobId } = await submit();
    await get('/v3/custom-models');
    const read = async (what: string) => (await ask(`${emulator.apiOrigin}/emulator/${what}`)).json;
    expect(await read('requests')).toMatchObject([{ phase: 'submit' }, { phase: 'custom-models' }]);
    expect(await read('submits')).toMatchObject([{ jobId, status: 202 }]);
    expect(await read('jobs')).toMatchObject([{ jobId, status: 'pending', model: 'image3' }]);
  });

  test('scripts faults', async () => {
    const { emulator, post } = await bench();
    const fault = { on: 'submit', action: { kind: 'status', status: 503 }, times: 2 };
    const answer = await post('/emulator/faults', fault);
    expect(answer).toMatchObject({ status: 200, json: { waiting: 2 } });
    expect((await post(V3, body)).status).toBe(503);
    expect(emulator.control.faultsLeft()).toBe(1);
  });

  test.each([
    ['not JSON', '{'],
    ['an unknown phase', { on: 'lunch', action: { kind: 'hang' } }],
    ['an unknown kind', { on: 'submit', action: { kind: 'explode' } }],
    ['an impossible status', { on: 'submit', action: { kind: 'status', status: 99 } }],
    ['zero times', { on: 'submit', action: { kind: 'hang' }, times: 0 }],
  ])('explains its refusal of %s', async (_what, input) => {
    const { emulator, post } = await bench();
    expect(await post('/emulator/faults', input)).toMatchObject({ status: 400, json: { error: 'bad_input' } });
    expect(emulator.control.faultsLeft()).toBe(0);
  });

  test('changes latency and token lifetime, revokes tokens, adds models, and resets', async () => {
    const { emulator, get, post, submit } = await bench();
    const done = { status: 200, json: { done: true } };
    expect(await post('/emulator/latency', { ms: 0 })).toMatchObject(done);
    await submit();
    expect(emulator.control.jobs()[0]?.status).toBe('succeeded');
    const added = await post('/emulator/custom-models', { displayName: 'Mine' });
    expect(added).toMatchObject({ status: 200, json: { displayName: 'Mine', publishedState: 'published' } });
    expect((await get('/v3/custom-models')).text).toContain('Mine.ffcustommodel');
    expect(await post('/emulator/token-life', { seconds: 60 })).toMatchObject(done);
    expect(await post('/emulator/expire-urls', {})).toMatchObject(done);
    expect(await post('/emulator/revoke-tokens', {})).toMatchObject(done);
    expect((await get('/v3/custom-models')).status).toBe(401);
    expect(await post('/emulator/reset', {})).toMatchObject(done);
    expect(emulator.control.jobs()).toEqual([]);
    const authorization = `Bearer ${emulator.control.issueToken()}`;
    const headers = { 'x-api-key': emulator.credentials.clientId, authorization };
    expect((await get('/v3/custom-models', headers)).text).not.toContain('Mine.ffcustommodel');
  });

  test('resets everything: tokens, URLs, jobs, quota, log, faults', async () => {
    const { emulator, get, post, submit, status } = await bench({ rpm: 1, latencyMs: 0 });
    const { result } = await status((await submit()).statusUrl);
    emulator.control.next({ on: 'submit', action: { kind: 'hang' } });
    emulator.control.reset();
    expect((await get('/v3/custom-models')).status).toBe(401);
    expect((await ask(result?.outputs?.[0]?.image?.url ?? '')).text).toContain('Request has expired');
    expect(emulator.control.faultsLeft()).toBe(0);
    expect(emulator.control.requests()).toHaveLength(2);
    const authorization = `Bearer ${emulator.control.issueToken()}`;
    expect((await post(V3, body, { authorization })).status).toBe(202);
  });

  test('answers an unknown route with the list of its routes', async () => {
    const { emulator } = await bench();
    const answer = await ask(`${emulator.apiOrigin}/emulator/nonsense`);
    expect(answer).toMatchObject({ status: 404, json: { error: 'not_found' } });
    expect(answer.text).toContain('POST /emulator/faults');
  });
});
