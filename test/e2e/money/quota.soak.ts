import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startFaultProxy } from '../../faults/lines/fault-proxy.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';

const RPM = 8;
const PROCESSES = 8;
const CALLS_EACH = 2;

let installation: TestInstallation;
beforeEach(async () => {
  installation = await TestInstallation.create();
});
afterEach(() => installation.end());

/** In real time with real processes. `test/jobs/limits/slow-connections.test.ts` has it in simulated time. */
describe('eight processes with one data folder', () => {
  test('never send more than the quota in any 60 seconds, over slow lines too', { timeout: 240_000 }, async () => {
    const emulator = await installation.emulator({ latencyMs: 200, rpm: RPM });
    // Each connection has another delay of up to four seconds: requests arrive in another order than they are sent.
    const proxy = await startFaultProxy(emulator.apiOrigin, (n) => ({
      kind: 'late',
      ms: ((n * 7919) % 41) * 100,
    }));
    installation.onEnd(() => proxy.close());
    const environment = installation.environment(emulator, {
      FIREFLY_API_URL: proxy.origin,
      FIREFLY_IMS_URL: emulator.imsOrigin,
      FIREFLY_RPM: String(RPM),
    });
    const servers = await Promise.all(Array.from({ length: PROCESSES }, () => installation.client(environment)));
    const calls = servers.flatMap(({ call }, server) =>
      Array.from({ length: CALLS_EACH }, async (_, n) => {
        const first = await call('generate_image', { prompt: `chair ${server} ${n}`, wait_seconds: 100 });
        return String(first.facts['state']);
      }),
    );
    const states = await Promise.all(calls);
    expect(states).toEqual(Array.from({ length: PROCESSES * CALLS_EACH }, () => 'succeeded'));
    const submits = emulator.control.submits();
    const arrived = submits.map(({ headAt }) => headAt).sort((a, b) => a - b);
    expect(arrived).toHaveLength(PROCESSES * CALLS_EACH);
    expect(submits.map(({ status }) => status)).toEqual(arrived.map(() => 202));
    const max = Math.max(...arrived.map((start) => arrived.filter((t) => t >= start && t - start <= 60_000).length));
    expect(max).toBeLessThanOrEqual(RPM);
    // The quota is used: the second block starts as soon as the first one has left the window.
    expect((arrived[RPM] ?? 0) - (arrived[0] ?? 0)).toBeLessThan(62_000 + 12_000);
  });
});
