import { atMost } from '../../shared/time/deadline.ts';
import { Problem } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Administration } from '../../jobs/model/administration.ts';
import type { Firefly } from '../../firefly/types.ts';
import type { Services } from '../../tools/definition/define.ts';
import { mayHoldJobs } from './data-paths.ts';
import type { Closer, CompositionOptions, Rooms } from './open-rooms.ts';

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
  /** Administration of what all principals have. @throws as `services` */
  readonly administration: () => Promise<Administration>;
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
    administration: async () => (await rooms()).administration,
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

interface Opened extends Rooms {
  /** What stops the work of this process, in the order in which it was started. */
  readonly workers: readonly Closer[];
  /** What closes network and store, in the order in which they were opened. */
  readonly closers: readonly Closer[];
}

async function open(options: CompositionOptions): Promise<Opened> {
  const workers: Closer[] = [];
  const closers: Closer[] = [];
  try {
    const { openRooms } = await import('./open-rooms.ts');
    const rooms = await openRooms(options, { workers, closers });
    return { ...rooms, workers, closers };
  } catch (error) {
    await closeAll([...closers, ...workers], options.logger);
    throw error;
  }
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
