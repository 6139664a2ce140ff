import type { Fault } from '../../../src/emulator/index.ts';
import { RecordedInstallation, sleep, type RecordedProcess } from '../history/recorded-installation.ts';
import { violations } from '../history/invariants.ts';

/** How often and how fast processes are killed, and what else goes wrong meanwhile. */
export interface KillPlan {
  /** The run ends after this many kills and requests, or after `limitMs`, whichever comes first. */
  readonly kills: number;
  /** Paid requests that reach Adobe before the run ends: on a slow machine many kills come before any. */
  readonly requests?: number;
  readonly limitMs: number;
  readonly processes: number;
  /** Milliseconds, short lives more often than long ones, from the start of a process or, with `relay`, from its first answer. */
  readonly lifeMs: readonly [least: number, most: number];
  /** The next process starts before the last one is killed, which makes many more kills a minute. */
  readonly relay: boolean;
  readonly perMinute: number;
  /** New pictures are asked for while fewer than these are unfinished. */
  readonly mostUnfinished: number;
  /** Milliseconds between two faults; none where undefined. */
  readonly faultEveryMs: number | undefined;
  /** Whether faults that block all processes for 15 seconds and more are injected too. */
  readonly patient: boolean;
  /** Pictures that a first process acknowledges before it is killed and the run begins (0). */
  readonly headStart?: number;
}

/** The outcome of a run. */
export interface KillReport {
  readonly seconds: number;
  readonly kills: number;
  readonly calls: number;
  readonly unanswered: number;
  readonly repeated: number;
  readonly jobs: number;
  readonly requests: number;
  readonly faults: number;
  readonly states: Readonly<Record<string, number>>;
  /** Most failures that are held against one job. */
  readonly failures: number;
  /** Jobs without an end. */
  readonly left: readonly string[];
  readonly integrity: string;
  /** What is wrong with the audit log. */
  readonly audit: readonly string[];
  readonly impure: readonly string[];
  readonly violations: readonly string[];
}

const QUICK: readonly Fault['action'][] = [
  { kind: 'reset' },
  { kind: 'reset', when: 'after-processing' },
  { kind: 'cut-body' },
  { kind: 'raw', bytes: 'no HTTP at all\r\n' },
  { kind: 'delay', ms: 400 },
  { kind: 'delay', ms: 900, when: 'after-processing' },
  { kind: 'status', status: 401 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503, headers: { 'retry-after': '1' } },
];
const PATIENT: readonly Fault['action'][] = [
  { kind: 'status', status: 429, headers: { 'retry-after': '2' } },
  { kind: 'hang' },
];
/** Phases that are retried get more faults; a failed submit ends its job. */
const WHERE: readonly Fault['on'][] = ['status', 'status', 'download', 'download', 'token', 'submit'];

const MOST_WAITING_FAULTS = 5;
/** Roughly how long a process takes to its first answer. */
const START_MS = 400;

function lifeOf([least, most]: KillPlan['lifeMs']): number {
  return least * (most / least) ** Math.random();
}

function oneOf<T>(list: readonly T[]): T {
  const item = list[Math.floor(Math.random() * list.length)];
  if (item === undefined) throw new Error('there is nothing to choose from');
  return item;
}

/** Kills real processes at random moments while they make pictures and the emulator injects faults, then checks the history. */
export async function killAtRandom(options: KillPlan): Promise<KillReport> {
  const installation = await RecordedInstallation.create({ perMinute: options.perMinute, latencyMs: 400 });
  try {
    return await run(installation, options);
  } finally {
    await installation.end();
  }
}

async function begin(installation: RecordedInstallation, pictures: number): Promise<void> {
  if (pictures === 0) return;
  const first = installation.start();
  const asked = Array.from({ length: pictures }, (_, n) => first.generate(`head start ${n}`, 1).answer);
  await Promise.all(asked);
  await first.kill();
}

async function run(installation: RecordedInstallation, options: KillPlan): Promise<KillReport> {
  const { kills, limitMs, mostUnfinished, faultEveryMs, patient } = options;
  await begin(installation, options.headStart ?? 0);
  const started = performance.now();
  const lost: string[] = [];
  const count = { kills: 0, calls: 0, repeated: 0, unanswered: 0, faults: 0 };
  const { control } = installation.emulator;
  const isShort = () => count.kills < kills || control.submits().length < (options.requests ?? 0);
  const goesOn = () => isShort() && performance.now() - started < limitMs;
  const ask = (server: RecordedProcess, prompt: string) => {
    count.calls += 1;
    void server.generate(prompt, oneOf([0, 0, 1, 2])).answer.then((told) => {
      if (told) return;
      count.unanswered += 1;
      lost.push(prompt);
    });
  };
  const live = async (server: RecordedProcess, endsAt: number) => {
    // Opens the store at once, which a process that is only connected to does later.
    server.call('job_status', {});
    while (performance.now() < endsAt) {
      const again = lost.shift();
      if (again !== undefined) count.repeated += 1;
      if (again !== undefined) ask(server, again);
      else if ((await installation.unfinished()) < mostUnfinished) ask(server, `picture ${count.calls}`);
      await sleep(Math.min(50 + Math.random() * 250, Math.max(0, endsAt - performance.now())));
    }
  };
  const slot = async () => {
    let server = installation.start();
    while (goesOn()) {
      const span = lifeOf(options.lifeMs);
      // Kills hit working processes, however slow the machine is.
      if (options.relay) await server.call('job_status', {}).answer;
      const living = live(server, performance.now() + span);
      // The next process starts while this one lives, so that kills hit working rather than starting processes.
      if (options.relay) await sleep(span - START_MS);
      const next = options.relay ? installation.start() : undefined;
      await living;
      const killed = server.kill();
      count.kills += 1;
      if (next === undefined) await killed;
      server = next ?? installation.start();
    }
    await server.kill();
  };
  const injectFaults = async () => {
    while (goesOn() && faultEveryMs !== undefined) {
      await sleep(faultEveryMs * (0.5 + Math.random()));
      // Faults that no request has met must not pile up, or the drain at the end meets nothing but faults.
      if (control.faultsLeft() >= MOST_WAITING_FAULTS) continue;
      count.faults += 1;
      const rare = patient && Math.random() < 0.05;
      control.next({ on: oneOf(WHERE), action: oneOf(rare ? PATIENT : QUICK) });
    }
  };
  await Promise.all([injectFaults(), ...Array.from({ length: options.processes }, slot)]);
  const left = await installation.drain(180_000);
  const history = await installation.history();
  const states: Record<string, number> = {};
  for (const { state } of history.jobs) states[state] = (states[state] ?? 0) + 1;
  return {
    seconds: Math.round((performance.now() - started) / 1_000),
    ...count,
    jobs: history.jobs.length,
    requests: control.submits().length,
    states,
    failures: Number((await installation.db.first('SELECT MAX(failures) AS most FROM jobs'))?.['most'] ?? 0),
    left,
    integrity: await installation.integrity(),
    audit: await installation.audit(),
    impure: installation.impure,
    violations: violations(history),
  };
}
