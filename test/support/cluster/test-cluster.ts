import { imageMigrations } from '../../../src/images/library/schema.ts';
import { createJobs, jobMigrations } from '../../../src/jobs/index.ts';
import type { Batches } from '../../../src/jobs/batches/model/batch-types.ts';
import type { Engine } from '../../../src/jobs/engine/engine.ts';
import type { EngineDeps, KillPoint } from '../../../src/jobs/engine/engine-context.ts';
import type { Quota } from '../../../src/jobs/limits/quota.ts';
import type { GatedQueries } from '../../../src/jobs/limits/gated-queries.ts';
import type { Jobs, JobView, PaidRequest } from '../../../src/jobs/model/types.ts';
import type { Caller } from '../../../src/shared/caller.ts';
import { placeOf } from '../../../src/jobs/model/requests/adobe-request.ts';
import type { Still } from '../../../src/images/types.ts';
import { systemClock, type Clock } from '../../../src/shared/time/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import type { Database } from '../../../src/store/database.ts';
import { openStore } from '../../../src/store/open.ts';
import { newPlace, type Place } from '../places.ts';
import { SimulatedClock } from '../clocks/simulated-clock.ts';
import { MemoryImages } from '../doubles/memory-images.ts';
import { wrapped } from '../doubles/wrapped-database.ts';
import { ScriptedAdobe } from '../doubles/scripted-adobe.ts';
import { callerNamed } from '../callers.ts';
import { planExpand } from '../../../src/images/composites/expand/plan-expand.ts';
import { standInComposites } from '../composites.ts';

export const ALICE: Caller = callerNamed('alice', 'one');
export const BOB: Caller = callerNamed('bob', 'two');

/** One process of a cluster: an engine and a job queue of its own, on the shared store. */
export interface TestProcess {
  readonly jobs: Jobs;
  readonly batches: Batches;
  readonly engine: Engine;
  readonly gatedQueries: GatedQueries;
  readonly db: Database;
  /** SIGKILL, as seen from outside: from now on nothing that this process had begun goes on. */
  kill(): void;
}

interface Life {
  dead: boolean;
}

/** Processes that share a store, simulated in this one: a scripted Adobe, pictures in memory, and simulated time. */
export class TestCluster {
  readonly clock = new SimulatedClock();
  readonly adobe = new ScriptedAdobe(this.clock);
  readonly images = new MemoryImages();
  readonly composites = standInComposites();
  readonly #alive = new Set<number>();
  readonly #members: { member: TestProcess; life: Life; db: Database }[] = [];
  #pids = 100;
  readonly #place: Place;
  readonly #serverClock: Clock;

  private constructor(place: Place, serverClock: Clock) {
    this.#place = place;
    this.#serverClock = serverClock;
  }

  /** `serverClock` is what the store on a server measures its patience by. */
  static async create({ serverClock = systemClock }: { serverClock?: Clock } = {}): Promise<TestCluster> {
    return new TestCluster(await newPlace(), serverClock);
  }

  /** Starts one more process of the cluster, for another account where another Adobe is given. `failpoint` is called at every kill point. */
  async member(
    options: Partial<Quota> & {
      failpoint?: EngineDeps['failpoint'];
      idle?: boolean;
      adobe?: ScriptedAdobe;
      host?: string;
      /** Awaited before each of its calls to the store, so that a test decides which process goes first. */
      turn?: () => Promise<void>;
      /** What this process sees of the store. */
      store?: (db: Database) => Database;
      /** What this process takes for the time. */
      clock?: Clock;
    } = {},
  ): Promise<TestProcess> {
    const life: Life = { dead: false };
    const seen = options.clock ?? this.clock;
    const clock = mortalClock(seen, life);
    const common = { clock, random: systemRandom, logger: silentLogger };
    const { turn, store = (opened) => opened } = options;
    const db = store(await this.#open(storeClock(seen, life)));
    const pid = (this.#pids += 1);
    this.#alive.add(pid);
    const { jobs, batches, engine, gatedQueries } = createJobs({
      composites: this.composites,
      ...common,
      db: mortalStore(turn ? wrapped(db, (ask) => turn().then(ask)) : db, life),
      images: this.images,
      firefly: options.adobe ?? this.adobe,
      quota: { perMinute: options.perMinute ?? 4, perDay: options.perDay ?? 9000, dailyBudget: options.dailyBudget },
      processTable: { host: options.host ?? 'test', pid, isAlive: (other) => this.#alive.has(other) },
      ...(options.failpoint ? { failpoint: options.failpoint } : {}),
    });
    if (!options.idle) engine.start();
    const kill = () => {
      life.dead = true;
      this.#alive.delete(pid);
      // The connections of a process end with it.
      if (db.dialect === 'postgres') void db.close();
    };
    const member = { jobs, batches, engine, gatedQueries, db, kill };
    this.#members.push({ member, life, db });
    return member;
  }

  /** Starts a process that is killed when it first reaches a kill point. */
  async mortal(
    point: KillPoint,
    quota: Partial<Quota> = {},
  ): Promise<{ readonly member: TestProcess; readonly died: Promise<void> }> {
    let die: () => void = () => undefined;
    const died = new Promise<void>((resolve) => (die = resolve));
    const member: TestProcess = await this.member({
      ...quota,
      failpoint: async (here) => {
        if (here !== point) return;
        member.kill();
        die();
        await NEVER;
      },
    });
    return { member, died };
  }

  /** The job of a request, after as much time as its end takes: half an hour at most. */
  async finished(jobs: Jobs, request: PaidRequest, caller = ALICE): Promise<JobView> {
    const { job } = await this.clock.run(jobs.enqueue(request, caller));
    return this.clock.run(jobs.wait(job.id, caller, { waitMs: 30 * 60_000 }));
  }

  async close(): Promise<void> {
    for (const { member, life } of this.#members) if (!life.dead) await this.clock.run(member.engine.stop());
    // A transaction may be waiting, in simulated time, for the write lock of another process.
    for (const { db } of this.#members) await this.clock.run(db.close());
    await this.#place.remove();
  }

  async #open(clock: Clock): Promise<Database> {
    const facts = {
      migrations: [imageMigrations, jobMigrations],
      random: systemRandom,
      logger: silentLogger,
      ...this.#place.address,
    };
    if (facts.url === undefined) return openedInRealTime(clock, (opening) => openStore({ ...facts, clock: opening }));
    return inTimeOf(this.clock, await openStore({ ...facts, clock: this.#serverClock }));
  }
}

/** What a dead process waits for. */
export const NEVER = new Promise<never>(() => undefined);

async function unlessDead<T>(life: Life, work: () => Promise<T>): Promise<T> {
  if (life.dead) return NEVER;
  try {
    const result = await work();
    return life.dead ? await NEVER : result;
  } catch (error) {
    if (life.dead) return NEVER;
    throw error;
  }
}

function mortalClock(clock: Clock, life: Life): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => unlessDead(life, () => clock.sleep(ms, signal)),
  };
}

/**
 * The clock of the store of a process. A wait for the write lock ends with the process, as its connections do: one that
 * never ended would keep every later transaction, and the closing of the store, waiting.
 */
function storeClock(clock: Clock, life: Life): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: async (ms, signal) => {
      await clock.sleep(ms, signal);
      if (life.dead) throw new Error('the process was killed');
    },
  };
}

/**
 * Opens a store whose retries rest in real time until it is open: two processes that open one file at once meet a busy
 * database, and no simulated time passes outside of `run`.
 */
async function openedInRealTime(clock: Clock, open: (opening: Clock) => Promise<Database>): Promise<Database> {
  let resting = systemClock;
  const db = await open({
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => resting.sleep(ms, signal),
  });
  resting = clock;
  return db;
}

/** A server has a clock of its own, and answers in real time: its clock is replaced, and ours waits for its answers. */
export function inTimeOf(clock: Pick<SimulatedClock, 'now' | 'hold'>, db: Database): Database {
  return {
    ...wrapped(db, (ask) => clock.hold(ask())),
    now: () => Promise.resolve(clock.now()),
    version: () => clock.hold(db.version()),
    transaction: (work, options) => clock.hold(db.transaction((tx) => work({ ...tx, now: clock.now() }), options)),
  };
}

function mortalStore(db: Database, life: Life): Database {
  return {
    ...wrapped(db, (ask) => unlessDead(life, ask)),
    now: () => unlessDead(life, () => db.now()),
    version: () => unlessDead(life, () => db.version()),
    watch: (channel, onWake) => db.watch(channel, () => life.dead || onWake()),
  };
}

/** A request for pictures of `prompt`. */
export function aRequest(prompt: string, count = 1): PaidRequest<'generateImagesV3Async'> {
  return {
    tool: 'generate_image',
    operation: 'generateImagesV3Async',
    model: 'image4_standard',
    body: { prompt, numVariations: count },
    count,
    size: { width: 1, height: 1 },
    facts: { tool: 'generate_image', prompt },
    warnings: [],
  };
}

/** An edit of a picture by one of the size of `aRequest`, whose composites the cluster's stand-in makes. */
export function anEdit(prompt: string, count = 1): PaidRequest {
  const source = { sha256: `source of ${prompt}`, mimeType: 'image/png', bytes: 10, width: 1, height: 1 } as const;
  const plan = { ...planExpand(source, { insets: { left: { pixels: 1 } } }, 3999), painted: { width: 1, height: 1 } };
  return { ...aRequest(prompt, count), edit: { kind: 'expand', plan, sent: [], source } };
}

/** A request for pictures of `prompt` that has one or two pictures to upload first: for style and for structure. */
export function aRequestWith(pictures: readonly Still[], prompt: string, count = 1): PaidRequest {
  const request = aRequest(prompt, count);
  const [style, structure] = pictures.map((picture) => ({ imageReference: { source: placeOf(picture) } }));
  return { ...request, body: { ...request.body, style, structure }, pictures };
}
