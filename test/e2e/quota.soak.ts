import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/index.ts';
import { startFaultProxy } from '../faults/fault-proxy.ts';
import { TestInstallation } from '../support/program/test-installation.ts';
import { canary } from '../support/canaries.ts';

const RPM = 8;
const PROCESSES = 8;
const CALLS_EACH = 2;

let stage: TestInstallation;
beforeEach(async () => {
  stage = await TestInstallation.create();
});
afterEach(() => stage.end());

/** In real time, with real processes; `test/jobs/limits/slow-connections.test.ts` shows it in simulated time on every run. */
describe('eight processes with one home', () => {
  test('never put more than the quota into any 60 seconds, over slow lines too', { timeout: 240_000 }, async () => {
    const emulator = await startEmulator({ clientSecret: canary('secret'), latencyMs: 200, rpm: RPM });
    stage.onEnd(() => emulator.close());
    // Every connection stands after another delay, up to four seconds: arrivals have little to do with departures.
    const proxy = await startFaultProxy(emulator.apiOrigin, (n) => ({
      kind: 'late',
      ms: ((n * 7919) % 41) * 100,
    }));
    stage.onEnd(() => proxy.close());
    const environment = stage.environment(emulator, {
      FIREFLY_API_URL: proxy.origin,
      FIREFLY_IMS_URL: emulator.imsOrigin,
      FIREFLY_RPM: String(RPM),
    });
    const servers = await Promise.all(Array.from({ length: PROCESSES }, () => stage.client(environment)));
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
    const most = Math.max(...arrived.map((start) => arrived.filter((t) => t >= start && t - start <= 60_000).length));
    expect(most).toBeLessThanOrEqual(RPM);
    // Used well: the second block starts as soon as the first one has left the window.
    expect((arrived[RPM] ?? 0) - (arrived[0] ?? 0)).toBeLessThan(62_000 + 12_000);
  });
});
