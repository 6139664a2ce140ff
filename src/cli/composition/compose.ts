import { Problem } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Services } from '../../tools/definition/define.ts';
import type { Configured } from './configure.ts';
import { mayHoldJobs, picturesFolder } from './data-paths.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What the rooms are put together from. */
export interface CompositionParts extends Configured {
  readonly terminal: Pick<Terminal, 'clock' | 'random' | 'cwd'>;
  /** `false` opens the rooms to look at them only: no job is driven by this process. */
  readonly drivesJobs?: boolean;
}

/** The rooms behind the tools, put together on first use. */
export interface Composition {
  /**
   * Opens the rooms once, however many ask at the same time; after a failure the next one tries again.
   * @throws Problem when the store cannot be opened, or when this process is closing
   */
  services(): Promise<Services>;
  /** Goes on with what an earlier process left, in a while: serving comes first. Does nothing on a fresh home. */
  recover(): void;
  /**
   * Closes what is open, in order: no new work at once, then, when `answered` has resolved, the network and the store:
   * calls that still wait need them for their answers. Takes less than five seconds, also while the store is away.
   * Safe to call more than once.
   */
  close(answered?: Promise<unknown>): Promise<void>;
}

/** How long after the start unfinished jobs are taken up: hosts ask for the tool list in this time. */
const RECOVERY_DELAY_MS = 1_000;

/** How long work and answers may take to end, and then the store too: hosts kill what takes longer than five seconds. */
const WORK_ENDS_MS = 4_000;
const SHUT_MS = 4_600;

/** The composition root: maps the configuration to what each room asks for. Nothing is loaded before it is needed. */
export function compose(parts: CompositionParts): Composition {
  const { config, logger, terminal } = parts;
  const leaving = new AbortController();
  let opening: Promise<Opened> | undefined;
  let closing: Promise<void> | undefined;

  const services = async (): Promise<Services> => {
    if (leaving.signal.aborted) throw serverClosing();
    opening ??= open(parts).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return (await opening).services;
  };
  const recoverSoon = async () => {
    await terminal.clock.sleep(RECOVERY_DELAY_MS, leaving.signal);
    if (mayHoldJobs(config)) await services();
  };
  return {
    services,
    recover: () =>
      void recoverSoon().catch((error: unknown) => {
        if (!leaving.signal.aborted) logger.warn('recovery_failed', { error });
      }),
    close: (answered) => {
      leaving.abort(serverClosing());
      const shut = async () => {
        const opened = await opening?.catch(() => undefined);
        if (!opened) return;
        await within(WORK_ENDS_MS, Promise.all([closeAll(opened.workers, logger), answered]), terminal);
        await closeAll(opened.closers, logger);
      };
      closing ??= within(SHUT_MS, shut(), terminal);
      return closing;
    },
  };
}

type Closer = () => Promise<void>;

interface Opened {
  readonly services: Services;
  /** Both in the order in which they were opened. */
  readonly workers: readonly Closer[];
  readonly closers: readonly Closer[];
}

async function open(parts: CompositionParts): Promise<Opened> {
  const workers: Closer[] = [];
  const closers: Closer[] = [];
  try {
    const services = await openRooms(parts, { workers, closers });
    return { services, workers, closers };
  } catch (error) {
    await closeAll([...closers, ...workers], parts.logger);
    throw error;
  }
}

async function openRooms(
  parts: CompositionParts,
  { workers, closers }: { workers: Closer[]; closers: Closer[] },
): Promise<Services> {
  const { config, logger, hide, drivesJobs = true } = parts;
  const { clock, random } = parts.terminal;
  const tools = { clock, random, logger };
  const [
    { createImageLibrary },
    { createImageImport: createIntake },
    { createJobs, mayBeRepeated },
    { createFirefly },
    { openAdobe },
    { createMaintenance, openDatabase },
  ] = await Promise.all([
    import('../../images/library.ts'),
    import('../../images/import/image-import.ts'),
    import('../../jobs/index.ts'),
    import('../../firefly/client.ts'),
    import('./upstream.ts'),
    import('./maintenance.ts'),
  ]);

  const adobe = await openAdobe(config, parts.terminal, parts.secretNow);
  closers.push(adobe.close);
  const db = await openDatabase(config, tools);
  closers.push(() => db.close());
  const firefly = createFirefly({ ...adobe.reach, ...tools });
  hide(() => firefly.secrets());
  closers.push(() => firefly.close());
  const images = createImageLibrary({ db, folder: picturesFolder(config), mayBeRepeated, ...tools });
  const { perMinute, perDay, dailyBudget } = config;
  const quota = { perMinute, perDay, dailyBudget };
  const { jobs, batches, engine, outputWorker, gatedQueries } = createJobs({ db, firefly, images, quota, ...tools });
  if (drivesJobs) {
    const maintenance = createMaintenance(db, config, tools);
    maintenance.start();
    engine.start();
    outputWorker.start();
    workers.push(
      () => maintenance.stop(),
      () => engine.stop(),
      () => outputWorker.stop(),
    );
  }
  const roots = { folders: config.roots, base: parts.terminal.cwd };
  // Every caller of this process is on this machine.
  const imageImport = createIntake({ db, images, account: firefly.account, roots, localFiles: true, uploadIds: true });
  return { jobs, batches, images, imageImport, firefly: gatedQueries };
}

/** The last opened first; one that fails does not keep the others open. */
async function closeAll(closers: readonly Closer[], logger: Logger): Promise<void> {
  for (const close of closers.toReversed()) {
    await close().catch((error: unknown) => logger.warn('close_failed', { error }));
  }
}

/** Waits for the end of something, but not longer than this. */
async function within(ms: number, work: Promise<unknown>, { clock }: Pick<Terminal, 'clock'>): Promise<void> {
  const done = new AbortController();
  const tooLong = clock.sleep(ms, done.signal).catch(() => undefined);
  await Promise.race([work, tooLong]).finally(() => done.abort());
}

function serverClosing(): Problem {
  return new Problem('server_closing', 'The server is stopping.', {
    actor: 'wait',
    next: 'Start it again; unfinished jobs go on by themselves.',
  });
}
