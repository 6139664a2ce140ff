import { tmpdir } from 'node:os';
import { sep } from 'node:path';
import { atMost } from '../../shared/time/deadline.ts';
import { Problem } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Firefly } from '../../firefly/types.ts';
import type { Trial } from '../../firefly/trial.ts';
import type { Services } from '../../tools/definition/define.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { rootFaults } from './check-folders.ts';
import type { Configured } from './configure.ts';
import { mayHoldJobs } from './data-paths.ts';

/** What the rooms are composed from. */
export interface CompositionOptions extends Configured {
  readonly terminal: Pick<Terminal, 'clock' | 'cwd' | 'home' | 'platform' | 'random'>;
  /** `false` opens the rooms for reading and changing records: this process runs no engine. Default: `true`. */
  readonly drivesJobs?: boolean;
  /** What `verify` adds to requests and sees of answers. */
  readonly trial?: Trial;
}

/** The rooms behind the tools, opened on first use. */
export interface Composition {
  /**
   * Opens the rooms once for all callers. After a failure, the next call tries again.
   * @throws Problem when the store cannot be opened, or `server_closing`
   */
  services(): Promise<Services>;
  /** The rooms where they are open or being opened. */
  openServices(): Promise<Services> | undefined;
  /** The client of Adobe behind them, for free requests that no tool has. @throws as `services` */
  firefly(): Promise<Firefly>;
  /** After a short delay, continues the jobs of an earlier process. Does nothing where there is no store yet. */
  recover(): void;
  /**
   * Stops the engine at once, then closes the network and the store when `answered` has resolved, since waiting calls
   * need both for their answers. Takes less than five seconds, even without an answer from the store. Safe to call more
   * than once.
   */
  close(answered?: Promise<unknown>): Promise<void>;
}

/** Delay of the recovery after the start, in which hosts ask for the tool list. */
const RECOVERY_DELAY_MS = 1_000;

/** Time for work and answers to end, and time for the whole shutdown: hosts kill a process after five seconds. */
const WORK_TIMEOUT_MS = 4_000;
const SHUTDOWN_TIMEOUT_MS = 4_600;

/** The composition root: maps the configuration to the options of each room, which are loaded on first use. */
export function compose(options: CompositionOptions): Composition {
  const { config, logger } = options;
  const { clock } = options.terminal;
  const stopping = new AbortController();
  let opening: Promise<Opened> | undefined;
  let closing: Promise<unknown> | undefined;

  const rooms = async (): Promise<Opened> => {
    if (stopping.signal.aborted) throw serverClosing();
    opening ??= open(options).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const services = async () => (await rooms()).services;
  const recover = async () => {
    await clock.sleep(RECOVERY_DELAY_MS, stopping.signal);
    if (mayHoldJobs(config)) await services();
  };
  const shutDown = async (answered: Promise<unknown> | undefined) => {
    const opened = await opening?.catch(() => undefined);
    if (!opened) return;
    await atMost(WORK_TIMEOUT_MS, Promise.all([closeAll(opened.workers, logger), answered]), clock);
    await closeAll(opened.closers, logger);
  };
  return {
    services,
    openServices: () => opening?.then((opened) => opened.services),
    firefly: async () => (await rooms()).firefly,
    recover: () =>
      void recover().catch((error: unknown) => {
        if (!stopping.signal.aborted) logger.warn('recovery_failed', { error });
      }),
    close: async (answered) => {
      stopping.abort(serverClosing());
      await (closing ??= atMost(SHUTDOWN_TIMEOUT_MS, shutDown(answered), clock));
    },
  };
}

type Closer = () => Promise<void>;

interface Opened {
  readonly services: Services;
  readonly firefly: Firefly;
  /** Stop the work of this process, in the order in which it was started. */
  readonly workers: readonly Closer[];
  /** Close network and store, in the order in which they were opened. */
  readonly closers: readonly Closer[];
}

async function open(options: CompositionOptions): Promise<Opened> {
  const workers: Closer[] = [];
  const closers: Closer[] = [];
  try {
    const rooms = await openRooms(options, { workers, closers });
    return { ...rooms, workers, closers };
  } catch (error) {
    await closeAll([...closers, ...workers], options.logger);
    throw error;
  }
}

async function openRooms(
  options: CompositionOptions,
  { workers, closers }: { workers: Closer[]; closers: Closer[] },
): Promise<Pick<Opened, 'services' | 'firefly'>> {
  const { config, logger, hide, drivesJobs = true, trial } = options;
  const { clock, random, cwd, home, platform } = options.terminal;
  const effects = { clock, random, logger };
  const [
    { createImageLibrary },
    { createImageImport },
    { subjectWorker },
    { compositeWorker },
    { createJobs, jobOfItem, mayBeRepeated },
    { createFirefly },
    { openUpstream },
    { GarbageCollector },
    { EMULATOR_ENDED, forDemo, isElsewhere },
    { createMaintenance, openBlobs, openDatabase },
  ] = await Promise.all([
    import('../../images/library/library.ts'),
    import('../../images/import/image-import.ts'),
    import('../../images/subject/worker/subject-worker.ts'),
    import('../../images/composites/worker/composite-worker.ts'),
    import('../../jobs/index.ts'),
    import('../../firefly/client.ts'),
    import('./upstream.ts'),
    import('../../images/blobs/garbage-collector.ts'),
    import('./demo-firefly.ts'),
    import('./maintenance.ts'),
  ]);
  for (const { variable, what } of rootFaults(config)) {
    logger.warn('configuration', { warning: `${variable} ${what}: no picture can be read from there.` });
  }
  const upstream = await openUpstream(config, options.terminal, options.secretNow);
  closers.push(upstream.close);
  const db = await openDatabase(config, effects);
  closers.push(() => db.close());
  const origins = new Set([upstream.target.apiUrl, ...upstream.target.trustedOrigins]);
  const client = createFirefly({ ...upstream.target, ...effects, trial });
  const firefly = config.demo ? forDemo(client, origins) : client;
  hide(() => firefly.secrets());
  closers.push(() => firefly.close());
  const blobs = openBlobs(config, effects);
  const images = createImageLibrary({ db, blobs, jobOfItem, mayBeRepeated, ...effects });
  const { perMinute, perDay, dailyBudget } = config;
  const { jobs, batches, engine, outputWorker, gatedQueries, ownsUpload, endAbandoned } = createJobs({
    db,
    firefly,
    images,
    composites: compositeWorker({ folder: tmpdir() }),
    quota: { perMinute, perDay, dailyBudget },
    ...effects,
  });
  if (config.demo) await endAbandoned((handle) => isElsewhere(handle, origins), EMULATOR_ENDED);
  if (drivesJobs) {
    const maintenance = createMaintenance(db, blobs, config, effects);
    maintenance.start();
    engine.start();
    outputWorker.start();
    workers.push(
      () => maintenance.stop(),
      () => engine.stop(),
      () => outputWorker.stop(),
    );
  }
  const roots = { folders: config.roots, base: cwd ?? sep, home, windows: platform === 'win32' };
  const imageImport = createImageImport({ db, images, account: firefly.account, roots, ownsUpload });
  const deletion = new GarbageCollector({ db, blobs, clock });
  const subjects = subjectWorker();
  const services = { jobs, batches, images, imageImport, deletion, subjects, firefly: gatedQueries };
  return { services, firefly };
}

/** Closes in reverse order. A failure is logged and does not keep the others open. */
async function closeAll(closers: readonly Closer[], logger: Logger): Promise<void> {
  for (const close of closers.toReversed()) {
    await close().catch((error: unknown) => logger.warn('close_failed', { error }));
  }
}

function serverClosing(): Problem {
  return new Problem('server_closing', 'The server is stopping.', {
    next: 'Start it again; unfinished jobs continue by themselves.',
  });
}
