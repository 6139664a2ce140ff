import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KillPoint } from '../../../../src/jobs/engine/engine-context.ts';
import type { JobView } from '../../../../src/jobs/model/types.ts';
import { ALICE, aRequestWith, TestCluster, NEVER, type TestProcess } from '../../../support/cluster/test-cluster.ts';
import { A_PROBLEM } from '../../../support/doubles/scripted-adobe.ts';

/** Runs of each row, each with a job of its own. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 6);
/** Longest time after a kill until another process polls the job. */
const TAKEOVER_MS = 30_000;

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.create();
});
afterEach(() => cluster.close());

/** One kill of the process that took a call. */
interface Scene {
  readonly round: number;
  readonly die: () => Promise<never>;
}

/** Observations after the next process has brought the job to its end. */
interface Aftermath {
  /** Undefined where no job was stored. */
  readonly job: JobView | undefined;
  readonly next: TestProcess;
  readonly sentBefore: number;
  readonly sentAt: readonly number[];
  /** Outcomes of the job's permits, in their order. */
  readonly permits: readonly string[];
  readonly uploads: number;
  /** Status requests after the kill. */
  readonly statusReads: number;
  readonly polledAfterMs: number;
  readonly downloads: number;
  readonly sweeps: number;
}

interface Row {
  readonly when: string;
  /** A kill point, or a function that arranges the kill and may return a failpoint function. */
  readonly at: KillPoint | ((scene: Scene) => ((point: KillPoint) => Promise<void> | void) | void);
  readonly ends: readonly (JobView['state'] | 'absent')[];
  readonly sent: number;
  readonly permits: readonly string[];
  /** Runs when the next process has just started. */
  readonly atOnce?: (next: TestProcess, prompt: string) => Promise<void>;
  readonly also?: (after: Aftermath) => Promise<void> | void;
}

const PICTURE = { mimeType: 'image/png', bytes: 10, width: 600, height: 600 } as const;

function requestFor(prompt: string) {
  return aRequestWith([{ ...PICTURE, sha256: `of ${prompt}` }], prompt, 2);
}

/** Replaces the next call of one method of Adobe's client. */
function atNext<Name extends 'upload' | 'status' | 'download'>(
  name: Name,
  act: (own: TestCluster['adobe'][Name]) => TestCluster['adobe'][Name],
): void {
  const { adobe } = cluster;
  const own = adobe[name].bind(adobe) as TestCluster['adobe'][Name];
  const back = () => void (adobe[name] = own);
  adobe[name] = ((...args: never[]) => {
    back();
    return (act(own) as (...args: never[]) => unknown)(...args);
  }) as TestCluster['adobe'][Name];
}

/** Kills so many milliseconds after a kill point. */
const after = (point: KillPoint, ms: number) => (scene: Scene) => (here: KillPoint) => {
  if (here === point) void cluster.clock.sleep(ms).then(scene.die);
};

/** By kill point: what holds after a SIGKILL (docs/jobs.md#kill-points). */
const ROWS: Readonly<Record<string, Row>> = {
  K1: {
    when: 'before the job is committed',
    at: 'before-enqueue',
    ends: ['absent'],
    sent: 0,
    permits: [],
  },
  K2: {
    when: 'after the commit, before the reply',
    at: 'after-enqueue',
    ends: ['succeeded'],
    sent: 1,
    permits: ['accepted'],
    atOnce: async (next, prompt) => {
      const [job] = await next.jobs.list({ limit: 1 }, ALICE);
      const again = await next.jobs.enqueue(requestFor(prompt), ALICE);
      expect(again).toMatchObject({ attached: true, job: { id: job?.id } });
    },
  },
  K3: {
    when: 'during an upload',
    at: ({ die }) => atNext('upload', () => die),
    ends: ['succeeded'],
    sent: 1,
    permits: ['accepted'],
    also: ({ sentBefore, uploads }) => expect([sentBefore, uploads]).toEqual([0, 1]),
  },
  K4: {
    when: 'after an upload, its id not stored',
    at: ({ die }) =>
      atNext('upload', (own) => async (bytes) => {
        await own(bytes);
        return die();
      }),
    ends: ['succeeded'],
    sent: 1,
    permits: ['accepted'],
    also: ({ sentBefore, uploads }) => expect([sentBefore, uploads]).toEqual([0, 2]),
  },
  'K4, stored': {
    when: 'after an upload, its id stored',
    at: 'uploaded',
    ends: ['succeeded'],
    sent: 1,
    permits: ['accepted'],
    also: ({ uploads }) => expect(uploads).toBe(1),
  },
  K5: {
    when: 'in permitted',
    at: 'permitted',
    ends: ['succeeded'],
    sent: 1,
    permits: ['not_sent', 'accepted'],
  },
  'K5, submitting': {
    when: 'in submitting, before the connection',
    at: 'submitting',
    ends: ['submit_unknown'],
    sent: 0,
    permits: ['unknown'],
  },
  K6: {
    when: 'while the request is written',
    at: after('submitting', 100),
    ends: ['submit_unknown'],
    sent: 1,
    permits: ['unknown'],
  },
  K7: {
    when: 'while the response arrives',
    at: after('submitting', 300),
    ends: ['submit_unknown'],
    sent: 1,
    permits: ['unknown'],
    also: async ({ job, next }) => {
      expect(job?.problem).toMatchObject({ code: 'outcome_unknown' });
      const [latest] = await next.jobs.list({ limit: 1 }, ALICE);
      expect(latest).toMatchObject({ id: job?.id, state: 'submit_unknown' });
    },
  },
  K8: {
    when: 'with the handle parsed, its commit not returned',
    at:
      ({ round, die }) =>
      (here) => {
        if (here === 'answered')
          // Rounds spread the kill from before the commit until after it.
          void microtasks((round * 7) % 50).then(die);
      },
    ends: ['succeeded', 'submit_unknown'],
    sent: 1,
    permits: ['accepted'],
  },
  K9: {
    when: 'while polling',
    at: 'status-read',
    ends: ['succeeded'],
    sent: 1,
    permits: ['accepted'],
    also: ({ polledAfterMs }) => expect(polledAfterMs).toBeLessThanOrEqual(TAKEOVER_MS),
  },
  K10: {
    when: 'in the cooldown after a 429',
    at: ({ die }) => {
      cluster.adobe.script.push({ kind: 'rate_limited', retryAfterMs: 40_000, problem: A_PROBLEM });
      return (here) => {
        if (here === 'answered') void cluster.clock.sleep(5_000).then(die);
      };
    },
    ends: ['succeeded'],
    sent: 2,
    permits: ['rate_limited', 'accepted'],
    also: ({ sentAt: [first = 0, second = 0] }) => expect(second - first).toBeGreaterThanOrEqual(40_000),
  },
  K11: {
    when: 'with the success seen, its links not stored',
    at: ({ die }) => {
      const arm = () =>
        atNext('status', (own) => async (...args) => {
          const status = await own(...args);
          if (status.kind === 'succeeded') return die();
          arm();
          return status;
        });
      arm();
    },
    ends: ['succeeded'],
    sent: 1,
    permits: ['accepted'],
    also: ({ statusReads }) => expect(statusReads).toBe(1),
  },
  K12: {
    when: 'during a download',
    at: ({ die }) =>
      atNext('download', () => async (_url, sink) => {
        await sink(new Uint8Array(7));
        return die();
      }),
    ends: ['succeeded'],
    sent: 1,
    permits: ['accepted'],
    // The next process sweeps temporary files; the sweep itself has tests of its own.
    also: ({ downloads, sweeps }) => expect([downloads, sweeps]).toEqual([2, 1]),
  },
};

async function microtasks(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await Promise.resolve();
}

/** Lets a process take a call and be killed, and another one bring the job to its end. */
async function play({ at, atOnce }: Row, round: number): Promise<Aftermath> {
  const { adobe, images, clock } = cluster;
  const prompt = `round ${round}`;
  const die = () => {
    first.kill();
    death.abort();
    return NEVER;
  };
  const death = new AbortController();
  const failpoint =
    typeof at === 'function' ? at({ round, die }) : (here: KillPoint) => (here === at ? die() : undefined);
  const uploads = adobe.uploads.length;
  const first = await cluster.member({ perMinute: 1_000, ...(failpoint ? { failpoint } : {}) });
  void first.jobs.enqueue(requestFor(prompt), ALICE);
  await clock.run(new Promise((resolve) => death.signal.addEventListener('abort', resolve)));
  const sent = () => adobe.submits.filter((submit) => submit.prompt === prompt);
  const [diedAt, sentBefore, reads, downloads] = [clock.now(), sent().length, adobe.statusReads, adobe.downloads];
  let [sweeps, polledAt] = [0, Infinity];
  images.sweep = () => Promise.resolve(void (sweeps += 1));
  atNext('status', (own) => (handle) => {
    polledAt = clock.now();
    return own(handle);
  });
  const next = await cluster.member({ perMinute: 1_000 });
  await atOnce?.(next, prompt);
  const [listed] = await next.jobs.list({ limit: 1 }, ALICE);
  const job = listed && (await clock.run(next.jobs.wait(listed.id, ALICE, { waitMs: 20 * 60_000 })));
  // A request that was in flight at the kill still reaches Adobe.
  await clock.pass(1_000);
  const rows = await next.db.all('SELECT outcome FROM permits WHERE job = ? ORDER BY attempt', [job?.id ?? '']);
  return {
    job,
    next,
    sentBefore,
    sentAt: sent().map((submit) => submit.at),
    permits: rows.map(({ outcome }) => String(outcome)),
    uploads: adobe.uploads.length - uploads,
    statusReads: adobe.statusReads - reads,
    polledAfterMs: polledAt - diedAt,
    downloads: adobe.downloads - downloads,
    sweeps,
  };
}

describe.each(Object.entries(ROWS))('%s', (_number, row) => {
  test(`a job whose process is killed ${row.when} ends ${row.ends.join(' or ')}`, { timeout: 180_000 }, async () => {
    const ends = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const found = await play(row, round);
      const { job, sentAt, permits, next } = found;
      const end = job?.state ?? 'absent';
      ends.add(end);
      expect(row.ends).toContain(end);
      expect(sentAt).toHaveLength(row.sent);
      expect(permits.map((outcome) => (outcome === 'unknown' ? end : outcome))).toEqual(
        row.permits.map((outcome) => (end === 'submit_unknown' ? end : outcome)),
      );
      expect(job?.images.map(({ index }) => index) ?? []).toEqual(end === 'succeeded' ? [1, 2] : []);
      await row.also?.(found);
      next.kill();
    }
    if (ROUNDS > 3) expect([...ends].sort()).toEqual([...row.ends].sort());
  });
});
