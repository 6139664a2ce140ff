import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DemoEmulator, startDemoEmulator } from '../../../src/cli/composition/demo-emulator.ts';
import { EMULATOR_ENDED, forDemo, isElsewhere } from '../../../src/cli/composition/demo-firefly.ts';
import type { Firefly, JobHandle } from '../../../src/firefly/types.ts';
import { V3, testFirefly } from '../../firefly/harness.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { systemRandom } from '../../../src/shared/random.ts';

const effects = { clock: systemClock, random: systemRandom };

let earlier: Run;
let later: Run;
beforeEach(async () => {
  [earlier, later] = await Promise.all([begin(), begin()]);
});
afterEach(() => Promise.all([earlier, later].map(({ end }) => end())));

interface Run {
  readonly emulator: DemoEmulator;
  readonly firefly: Firefly;
  readonly end: () => Promise<void>;
}
async function begin(): Promise<Run> {
  const emulator = await startDemoEmulator({ perMinute: 60 }, effects);
  const client = testFirefly({ ...emulator.target, ...effects, accountName: 'demo' });
  const end = async () => {
    await client.close();
    await emulator.close();
  };
  return { emulator, firefly: forDemo(client, emulator, systemRandom), end };
}

async function submit({ firefly }: Run): Promise<JobHandle> {
  const outcome = await firefly.submit(V3, { requestId: 'one' });
  if (outcome.kind !== 'accepted') throw new Error(`not accepted: ${outcome.kind}`);
  return outcome.handle;
}

/** The links that the job would have, had the system given the port of the earlier emulator to the later one. */
function atPortOf({ emulator }: Run, { jobId, statusUrl, cancelUrl }: JobHandle): JobHandle {
  const [shard = ''] = emulator.target.trustedOrigins;
  const move = (url: string | undefined) => url?.replace(/^http:\/\/[^/]+/, shard);
  return { jobId, statusUrl: move(statusUrl), cancelUrl: move(cancelUrl) };
}

test('a job of an emulator that has ended is not taken for one of its successor on the same port', async () => {
  const own = await submit(later);
  expect(isElsewhere(own, later.emulator)).toBe(false);
  expect((await later.firefly.status(own, V3.operation)).kind).not.toBe('failed');

  const handle = atPortOf(later, await submit(earlier));
  expect(isElsewhere(handle, later.emulator)).toBe(true);
  expect(await later.firefly.status(handle, V3.operation)).toEqual({ kind: 'failed', problem: EMULATOR_ENDED });
  expect(later.firefly.uploadOwner).not.toBe(earlier.firefly.uploadOwner);
  expect(await later.firefly.cancel(handle, V3.operation)).toEqual({ kind: 'gone' });
});
