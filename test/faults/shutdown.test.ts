import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fleet, sleep, type FleetProcess } from './fleet.ts';
import { violations } from './invariants.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await Fleet.create({ perMinute: 60, latencyMs: 1_500 });
});
afterEach(() => fleet.end());

/** The ways in which a host asks a server to end. */
const ENDINGS: Readonly<Record<string, (member: FleetProcess) => void>> = {
  SIGTERM: ({ child }) => void child.kill('SIGTERM'),
  SIGINT: ({ child }) => void child.kill('SIGINT'),
  'the end of stdin': ({ child }) => void child.stdin?.end(),
  'a closed stdout': (member) => {
    member.child.stdout?.destroy();
    // Whatever it writes next tells it.
    member.call('list_images', {});
  },
};

const JOBS = 6;

async function submits(least: number): Promise<void> {
  for (let look = 0; look < 300 && fleet.emulator.control.submits().length < least; look += 1) await sleep(30);
  expect(fleet.emulator.control.submits().length).toBeGreaterThanOrEqual(least);
}

/** Ends the process this way; how long that took. Fails unless it ended by itself, with 0. */
async function ended(member: FleetProcess, end: (member: FleetProcess) => void): Promise<number> {
  const asked = performance.now();
  end(member);
  const [code, signal] = await member.exited;
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  return performance.now() - asked;
}

describe('a server with jobs in flight', () => {
  it.each(Object.entries(ENDINGS))('ends within 5 s on %s; the next one finishes them', async (_name, end) => {
    // Some are being sent, some run, some wait.
    fleet.emulator.control.next({ on: 'submit', action: { kind: 'delay', ms: 1_200, when: 'after-processing' } }, 2);
    const member = fleet.start();
    for (let n = 0; n < JOBS; n += 1) member.generate(`a chair ${n}`, 30);
    await submits(3);
    expect(await ended(member, end)).toBeLessThan(5_000);
    const sent = fleet.emulator.control.submits();
    expect(sent.every(({ completeAt, json }) => completeAt !== undefined && json !== undefined)).toBe(true);
    const rows = await fleet.db.all(`SELECT state, lease_owner FROM jobs WHERE finished_at IS NULL`);
    expect(rows.filter((row) => row['state'] === 'submitting' || row['lease_owner'] !== null)).toEqual([]);
    expect(await fleet.drain(30_000)).toEqual([]);
    const history = await fleet.history();
    expect(history.jobs.map(({ state }) => state)).toEqual(Array.from({ length: JOBS }, () => 'succeeded'));
    expect(fleet.emulator.control.submits()).toHaveLength(JOBS);
    expect([...violations(history), ...fleet.impure]).toEqual([]);
  });

  it('does not wait for an answer that does not come: that job is unknown, and never sent again', async () => {
    fleet.emulator.control.next({ on: 'submit', action: { kind: 'hang', when: 'after-processing' } });
    const member = fleet.start();
    const asked = member.generate('a chair', 30);
    await submits(1);
    expect(await ended(member, ({ child }) => void child.kill('SIGTERM'))).toBeLessThan(5_000);
    await asked.answer;
    expect(await fleet.drain(30_000)).toEqual([]);
    const history = await fleet.history();
    expect(history.jobs.map(({ state }) => state)).toEqual(['submit_unknown']);
    expect(fleet.emulator.control.submits()).toHaveLength(1);
    expect(violations(history)).toEqual([]);
  });
});
