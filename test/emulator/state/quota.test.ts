import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createQuota } from '../../../src/emulator/state/quota.ts';
import { ManualClock } from '../../support/clocks/manual-clock.ts';
import { bench, V3, V4 } from '../start.ts';

const body = { prompt: 'a fox' };

describe('the quota', () => {
  test('answers 429 with the whole seconds until the oldest submit leaves the minute', async () => {
    const { clock, post } = await bench({ rpm: 2 });
    expect((await post(V3, body)).status).toBe(202);
    clock.advance(10_500);
    expect((await post(V4, body, { 'x-model-version': 'image5' })).status).toBe(200);
    const refused = await post(V3, body);
    expect(refused).toMatchObject({ status: 429, json: { error_code: 'rate_limited' } });
    expect(refused.headers.get('retry-after')).toBe('50');
    expect(refused.headers.get('x-access-rate-limit-level')).toBe('org');
    clock.advance(49_499);
    expect((await post(V3, body)).status).toBe(429);
    clock.advance(1);
    expect((await post(V3, body)).status).toBe(202);
    expect((await post(V3, body)).status).toBe(429);
  });

  test('also applies per day', async () => {
    const { clock, emulator, post } = await bench({ rpd: 2 });
    await post(V3, body);
    await post(V3, body);
    clock.advance(60_000);
    const refused = await post(V3, body);
    expect(refused.headers.get('retry-after')).toBe(String(24 * 3_600 - 60));
    clock.advance(24 * 3_600_000 - 60_000);
    const authorization = `Bearer ${emulator.control.issueToken()}`;
    expect((await post(V3, body, { authorization })).status).toBe(202);
  });

  test('counts valid paid requests only', async () => {
    const { get, post, put, submit } = await bench({ rpm: 1 });
    expect((await post(V3, { prompt: '' })).status).toBe(400);
    expect((await post(V3, body, { 'x-model-version': 'image9' })).status).toBe(422);
    expect((await post(V3, body, { 'x-api-key': 'wrong' })).status).toBe(403);
    const { statusUrl, cancelUrl } = await submit();
    for (let count = 0; count < 5; count += 1) {
      expect((await get(statusUrl)).status).toBe(200);
      expect((await get('/v3/custom-models')).status).toBe(200);
    }
    expect((await put(cancelUrl)).status).toBe(200);
    expect((await post(V3, body)).status).toBe(429);
  });

  test('is unlimited by default', async () => {
    const { post } = await bench();
    for (let count = 0; count < 20; count += 1) expect((await post(V3, body)).status).toBe(202);
  });

  test('never admits more than its limit in any window, and never demands a longer wait than needed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 80 }),
        fc.integer({ min: 1, max: 5 }),
        (pauses, rpm) => {
          const clock = new ManualClock();
          const quota = createQuota({ rpm, rpd: undefined }, clock);
          const taken: number[] = [];
          for (const pause of pauses) {
            clock.advance(pause);
            const wait = quota.take();
            if (wait === undefined) taken.push(clock.mono);
            const inside = taken.filter((time) => clock.mono - time < 60_000);
            expect(inside.length).toBeLessThanOrEqual(rpm);
            if (wait !== undefined) expect(inside.length).toBe(rpm);
            if (wait !== undefined) expect(inside[0]).toBe(clock.mono + wait - 60_000);
          }
        },
      ),
    );
  });
});
