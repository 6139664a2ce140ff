import { expect, test } from 'vitest';
import { ResourceChanges, type Change } from '../../../src/mcp/subscriptions/resource-changes.ts';
import type { TemplateResource } from '../../../src/resources/define.ts';
import type { Services } from '../../../src/tools/definition/define.ts';
import { callerNamed } from '../../support/callers.ts';
import { SimulatedClock } from '../../support/clocks/simulated-clock.ts';
import { testOptions } from '../fixture/options.ts';

const [ALICE, BOB] = [callerNamed('alice'), callerNamed('bob')];
const URI = 'firefly://jobs/job_1';

test('a change is told to the principal whose resource it is, and to nobody else who follows that address', async () => {
  const clock = new SimulatedClock();
  let version = 1;
  const jobs: TemplateResource = {
    kind: 'template',
    uriTemplate: 'firefly://jobs/{id}',
    name: 'job',
    title: 'Job',
    description: 'For tests.',
    read: async () => [],
    complete: async () => [],
    versions: async (ids, { caller }) =>
      new Map(caller.principal === ALICE.principal ? ids.map((id) => [id, String(version)]) : []),
  };
  const services = { jobs: { probe: async () => version } } as unknown as Services;
  const changes = new ResourceChanges({
    ...testOptions(),
    clock,
    loadResources: async () => [jobs],
    openServices: async () => services,
  });
  const told: (readonly [string, Change])[] = [];
  const following = await Promise.all(
    [ALICE, BOB].map((caller) =>
      changes.follow({
        caller,
        uris: new Set([URI]),
        followsList: false,
        onChange: (change) => told.push([caller.principal, change]),
      }),
    ),
  );
  version = 2;
  await clock.pass(3_000);
  expect(told).toEqual([['alice', { kind: 'contents', uri: URI }]]);
  for (const each of following) each[Symbol.dispose]();
  expect(changes.size).toBe(0);
});
