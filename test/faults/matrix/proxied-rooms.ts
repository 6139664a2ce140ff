import { join } from 'node:path';
import { startEmulator, type Emulator } from '../../../src/emulator/index.ts';
import { createFirefly } from '../../../src/firefly/client.ts';
import type { Timeouts } from '../../../src/firefly/http/timeouts.ts';
import type { Firefly } from '../../../src/firefly/types.ts';
import { createImageLibrary, imageMigrations } from '../../../src/images/library/library.ts';
import { requireStill } from '../../../src/images/still.ts';
import { fileBlobs } from '../../support/rooms/blobs.ts';
import type { ImageLibrary, Still } from '../../../src/images/types.ts';
import type { Engine } from '../../../src/jobs/engine/engine.ts';
import { createJobs, jobMigrations } from '../../../src/jobs/index.ts';
import type { Jobs, JobView, PaidRequest } from '../../../src/jobs/model/types.ts';
import type { Caller } from '../../../src/shared/caller.ts';
import { placeOf } from '../../../src/jobs/model/requests/adobe-request.ts';
import { systemClock } from '../../../src/shared/time/clock.ts';
import { createLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import type { Database } from '../../../src/store/database.ts';
import { openStore, type StoreOptions } from '../../../src/store/open.ts';
import { inTimeOf } from '../../support/cluster/test-cluster.ts';
import { onePixel } from '../../support/doubles/scripted-adobe.ts';
import { canary } from '../../support/canaries.ts';
import { OutsideWork } from '../../support/clocks/outside-work.ts';
import { SimulatedClock } from '../../support/clocks/simulated-clock.ts';
import { newPlace, type Place } from '../../support/places.ts';
import { startFaultProxy, type FaultProxy } from '../lines/fault-proxy.ts';
import type { History } from '../history/history.ts';
import { OperationLog, rowsAtTheEnd, textOfRows, watchMoves } from '../history/recording.ts';
import { removeFolder, searchedLines, temporaryFolder } from '../../support/artefacts.ts';
import { callerNamed } from '../../support/callers.ts';
import { compositesHere } from '../../support/composites.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';

export const ALICE: Caller = callerNamed('alice', 'one');
const BOB: Caller = callerNamed('bob', 'two');
const SECRET = canary('proxied-rooms');
const PER_MINUTE = 4;

/**
 * Real milliseconds: while a request waits for its answer, simulated time passes as in reality. Long, so that a busy
 * machine is not taken for a silent server.
 */
const TIMEOUTS: Partial<Timeouts> = {
  connectMs: 60_000,
  submitMs: 60_000,
  answerMs: 60_000,
  uploadMs: 60_000,
  idleMs: 60_000,
  // For all attempts together, each of which is bounded by `answerMs`.
  tokenMs: 100_000,
};
const SILENCE_MS = 1_500;
/** For silent servers: requests that may be repeated give up soon, a submit only where it is the silent phase itself. */
export const SHORT_TIMEOUTS: Readonly<Record<'submit' | 'other', Partial<Timeouts>>> = {
  submit: { submitMs: SILENCE_MS },
  other: { answerMs: SILENCE_MS, uploadMs: SILENCE_MS, idleMs: SILENCE_MS },
};

/** One proxy in front of each origin of the emulator. */
type Proxies = Readonly<Record<'ims' | 'api' | 'shard' | 'storage', FaultProxy>>;

let opening: Promise<unknown> = Promise.resolve();

/**
 * A store in simulated time; a server has a clock of its own, which is replaced. Stores on a server open one after the
 * other: migrations of one database wait for each other, and dozens of them for longer than a store has patience.
 */
async function openIn(clock: SimulatedClock, options: Omit<StoreOptions, 'clock'>): Promise<Database> {
  if (options.url === undefined) return openStore({ ...options, clock });
  const opened = opening.then(() => openStore({ ...options, clock: systemClock }));
  opening = opened.catch(() => undefined);
  return inTimeOf(clock, await opened);
}

/**
 * The real HTTP client, job queue, engine, store and library in one process, against the emulator through proxies that
 * inject faults, in simulated time that passes by itself (docs/testing.md).
 */
export class ProxiedRooms {
  readonly clock: SimulatedClock;
  readonly emulator: Emulator;
  readonly proxies: Proxies;
  readonly #log = new OperationLog();
  readonly #lines: string[];
  readonly #rooms: {
    readonly db: Database;
    readonly firefly: Firefly;
    readonly images: ImageLibrary;
    readonly jobs: Jobs;
    readonly engine: Engine;
  };
  readonly #folder: string;
  readonly #place: Place;
  readonly #endTime: () => Promise<void>;

  private constructor(
    parts: Pick<ProxiedRooms, 'clock' | 'emulator' | 'proxies'> & {
      lines: string[];
      folder: string;
      place: Place;
      endTime: () => Promise<void>;
    },
    rooms: ProxiedRooms['rooms'],
  ) {
    this.clock = parts.clock;
    this.emulator = parts.emulator;
    this.proxies = parts.proxies;
    this.#lines = parts.lines;
    this.#folder = parts.folder;
    this.#place = parts.place;
    this.#endTime = parts.endTime;
    this.#rooms = rooms;
  }

  static async start({
    latencyMs = 1_500,
    timeouts = {},
  }: { latencyMs?: number; timeouts?: Partial<Timeouts> } = {}): Promise<ProxiedRooms> {
    const origins = new Set<string>();
    const outside = new OutsideWork((origin) => origins.has(origin));
    const clock = new SimulatedClock({ start: Date.now(), outside });
    const common = { clock, random: systemRandom };
    const emulator = await startEmulator({ draw: drawFlat, ...common, latencyMs, clientSecret: SECRET });
    const [ims, api, shard, storage] = await Promise.all([
      startFaultProxy(emulator.imsOrigin),
      startFaultProxy(emulator.apiOrigin),
      startFaultProxy(emulator.shardOrigin),
      startFaultProxy(emulator.storageOrigin),
    ]);
    for (const { origin } of [ims, api, shard, storage]) origins.add(origin);
    for (const origin of [emulator.shardOrigin, emulator.storageOrigin]) origins.add(origin);
    const lines: string[] = [];
    const secrets: { known: () => readonly string[] } = { known: () => [] };
    const logger = createLogger({
      level: 'debug',
      write: searchedLines(lines),
      now: () => clock.now(),
      secrets: () => secrets.known(),
    });
    const folder = temporaryFolder('faults-');
    const migrations = [imageMigrations, jobMigrations];
    const place = await newPlace();
    const db = await openIn(clock, { ...place.address, migrations, random: systemRandom, logger });
    await watchMoves(db);
    const firefly = createFirefly({
      ...common,
      logger,
      apiUrl: api.origin,
      imsUrl: ims.origin,
      trustedOrigins: [emulator.shardOrigin, emulator.storageOrigin, shard.origin, storage.origin],
      credentials: { clientId: emulator.credentials.clientId, clientSecret: SECRET },
      scopes: 'firefly_api',
      proxy: {},
      connect: { timeouts: { ...TIMEOUTS, ...timeouts } },
    });
    secrets.known = () => [SECRET, ...firefly.secrets()];
    const images = createImageLibrary({ db, blobs: fileBlobs(join(folder, 'images'), clock), ...common, logger });
    const quota = { perMinute: PER_MINUTE, perDay: 9_000 };
    const { jobs, engine } = createJobs({ composites: compositesHere, db, firefly, images, quota, ...common, logger });
    engine.start();
    const proxies = { ims, api, shard, storage };
    let end: () => void = () => undefined;
    const running = clock.run(new Promise<void>((resolve) => (end = resolve)), Infinity);
    const endTime = async () => {
      end();
      await running;
      outside.close();
    };
    return new ProxiedRooms(
      { clock, emulator, proxies, lines, folder, place, endTime },
      { db, firefly, images, jobs, engine },
    );
  }

  get rooms() {
    return this.#rooms;
  }

  /** From now on the emulator answers with links that lead through this proxy. */
  routeThrough(way: 'shard' | 'storage'): void {
    const [from, to] = [this.emulator[`${way}Origin`], this.proxies[way].origin];
    const rewrite = <T extends { body: Buffer; headers: Readonly<Record<string, string>> }>(answer: T): T => {
      const body = Buffer.from(answer.body.toString('utf8').replaceAll(from, to));
      return { ...answer, body, headers: { ...answer.headers, 'content-length': String(body.length) } };
    };
    const on = way === 'shard' ? 'submit' : 'status';
    this.emulator.control.next({ on, action: { kind: 'rewrite', rewrite } }, 20);
  }

  /** Enqueues a picture of the prompt for Alice. */
  async generate(prompt: string, picture?: Still): Promise<JobView> {
    const reference = picture && { style: { imageReference: { source: placeOf(picture) } } };
    const request: PaidRequest = {
      tool: 'generate_image',
      operation: 'generateImagesV3Async',
      model: 'image3',
      body: { prompt, numVariations: 1, size: { width: 1024, height: 1024 }, ...reference },
      pictures: picture ? [picture] : [],
      count: 1,
      size: { width: 1024, height: 1024 },
      facts: { tool: 'generate_image', prompt },
      warnings: [],
    };
    const about = { process: 'one', principal: ALICE.principal, call: 'enqueue', prompt };
    const { job } = await this.#log.ask(
      about,
      () => this.#rooms.jobs.enqueue(request, ALICE),
      (done) => [done.job],
    );
    return job;
  }

  /** A picture in the library, to be uploaded. */
  async picture(): Promise<Still> {
    const receiver = await this.#rooms.images.receive();
    await receiver.write(onePixel(1));
    return requireStill(await receiver.finish());
  }

  cancel(id: string): Promise<JobView> {
    const about = { process: 'one', principal: ALICE.principal, call: 'cancel', prompt: undefined };
    return this.#log.ask(
      about,
      () => this.#rooms.jobs.cancel(id, ALICE),
      (view) => [view],
    );
  }

  /** The job at its end, or as it is after `waitMs` of simulated time. */
  wait(id: string, waitMs = 30 * 60_000): Promise<JobView> {
    const about = { process: 'one', principal: ALICE.principal, call: 'wait', prompt: undefined };
    return this.#log.ask(
      about,
      () => this.#rooms.jobs.wait(id, ALICE, { waitMs }),
      (view) => [view],
    );
  }

  /** The job as soon as `holds` is true of it. */
  async until(id: string, holds: (view: JobView) => boolean): Promise<JobView> {
    for (let look = 0; look < 1_000; look += 1) {
      const view = await this.#rooms.jobs.get(id, ALICE);
      if (holds(view)) return view;
      await this.clock.sleep(200);
    }
    throw new Error('the job never gets there');
  }

  /** Reads every job and picture as Bob, who owns none. */
  async #readAsBob(): Promise<void> {
    const { jobs, images, db } = this.#rooms;
    const about = { process: 'one', principal: BOB.principal, call: 'read', prompt: undefined };
    await this.#log.ask(
      about,
      () => jobs.list({ limit: 100 }, BOB),
      (views) => views,
    );
    for (const { id } of await db.all('SELECT id FROM jobs')) {
      await this.#log
        .ask(
          about,
          () => jobs.get(String(id), BOB),
          (view) => [view],
        )
        .catch(() => undefined);
    }
    const shown = await images.list({ limit: 100 }, BOB);
    const ids = shown.map(({ id }) => id);
    this.#log.operations.push({ ...about, outcome: 'ok', jobs: [], images: ids, told: undefined });
  }

  async history(): Promise<History> {
    await this.#readAsBob();
    const { db, images, firefly } = this.#rooms;
    const outputs = {
      log: this.#lines.join(''),
      answers: this.#log.answers.join('\n'),
      database: await textOfRows(db),
    };
    return {
      ...(await rowsAtTheEnd(db, images)),
      operations: this.#log.operations,
      arrivals: this.emulator.control.requests(),
      perMinute: PER_MINUTE,
      outputs,
      secrets: [SECRET, ...firefly.secrets()],
    };
  }

  async close(): Promise<void> {
    const { engine, firefly, db } = this.#rooms;
    await engine.stop();
    await this.#endTime();
    await firefly.close();
    await db.close();
    await this.#place.remove();
    await Promise.all(Object.values(this.proxies).map((way) => way.close()));
    await this.emulator.close();
    removeFolder(this.#folder);
  }
}
