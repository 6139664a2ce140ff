import { describe, expect, test } from 'vitest';
import { createProcessIdentity } from '../../../src/jobs/engine/process-identity.ts';
import { systemRandom } from '../../../src/shared/random.ts';

describe('the identity of a process', () => {
  const table = { host: 'here', pid: 10, isAlive: (pid: number) => pid === 10 || pid === 11 };
  const identity = createProcessIdentity(table, systemRandom);

  test('only a process of this machine whose pid is gone is dead', () => {
    expect(identity.isDead(identity.id)).toBe(false);
    expect(identity.isDead('here/11/x')).toBe(false);
    expect(identity.isDead('here/12/x')).toBe(true);
    expect(identity.isDead('there/12/x')).toBe(false);
  });

  test('an earlier process with the pid of this one is dead', () => {
    expect(identity.isDead('here/10/an-earlier-run')).toBe(true);
  });

  test('a process of another container is not dead, though its host has an equal name', () => {
    const [one, two] = ['a', 'b'].map((pidNamespace) =>
      createProcessIdentity({ ...table, pidNamespace }, systemRandom),
    );
    expect(one?.isDead(two?.id ?? '')).toBe(false);
  });
});
