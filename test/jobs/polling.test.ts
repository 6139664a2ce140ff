import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pollDelay } from '../../src/jobs/engine/poll-delay.ts';
import { createProcessIdentity } from '../../src/jobs/engine/process-identity.ts';
import { systemRandom } from '../../src/shared/random.ts';

const middle = { ...systemRandom, float: () => 0.5 };

describe('pollDelay', () => {
  it('never spins, whatever the facts', () => {
    const facts = fc.record({
      elapsedMs: fc.nat(10_000_000),
      polls: fc.nat(1000),
      typicalMs: fc.option(fc.nat(10_000_000), { nil: undefined }),
      retryAfterMs: fc.option(fc.integer({ min: -1000, max: 2 ** 31 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(facts, (given) => {
        const delay = pollDelay(given, systemRandom);
        expect(delay).toBeGreaterThanOrEqual(300);
        expect(delay).toBeLessThanOrEqual(15 * 60_000);
      }),
    );
  });

  it('asks at growing distances while nothing is known', () => {
    const delays = [0, 1, 2, 3, 9].map((polls) =>
      Math.round(pollDelay({ elapsedMs: 0, polls, typicalMs: undefined, retryAfterMs: undefined }, middle)),
    );
    expect(delays).toEqual([1000, 1500, 2250, 3375, 10000]);
  });

  it('comes shortly before the usual end, then often', () => {
    const at = (elapsedMs: number) =>
      pollDelay({ elapsedMs, polls: 1, typicalMs: 8_000, retryAfterMs: undefined }, middle);
    expect(at(0)).toBeCloseTo(7_200);
    expect(at(7_200)).toBeCloseTo(1_200);
  });

  it('looks first at half time, so that a wrong habit is unlearnt', () => {
    const first = (typicalMs: number) =>
      pollDelay({ elapsedMs: 0, polls: 0, typicalMs, retryAfterMs: undefined }, middle);
    expect(first(8_000)).toBeCloseTo(4_000);
  });

  it('does what Retry-After says', () => {
    expect(pollDelay({ elapsedMs: 0, polls: 0, typicalMs: 500, retryAfterMs: 7_000 }, middle)).toBe(7_000);
  });
});

describe('owner', () => {
  const table = { host: 'here', pid: 10, isAlive: (pid: number) => pid === 10 || pid === 11 };
  const owner = createProcessIdentity(table, systemRandom);

  it('knows itself, the living and the dead of its own machine, and judges no other machine', () => {
    expect(owner.isDead(owner.id)).toBe(false);
    expect(owner.isDead('here/11/x')).toBe(false);
    expect(owner.isDead('here/12/x')).toBe(true);
    expect(owner.isDead('there/12/x')).toBe(false);
  });

  it('is not fooled by an earlier process with the same pid', () => {
    expect(owner.isDead('here/10/an-earlier-run')).toBe(true);
  });

  it('judges no process of a container that has the same host name, nor lets itself be judged there', () => {
    const [one, two] = ['a', 'b'].map((pidNamespace) =>
      createProcessIdentity({ ...table, pidNamespace }, systemRandom),
    );
    expect(one?.isDead(two?.id ?? '')).toBe(false);
  });
});
