import { sep } from 'node:path';
import type { Trial } from '../../firefly/trial.ts';
import type { Firefly } from '../../firefly/types.ts';
import type { Administration } from '../../jobs/model/administration.ts';
import type { Services } from '../../tools/definition/define.ts';
import { rootFaults } from './check-folders.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { configuredSecrets, type Configured } from './configure.ts';

/** What the rooms are composed from. */
export interface CompositionOptions extends Configured {
  readonly terminal: Pick<Terminal, 'clock' | 'cwd' | 'home' | 'platform' | 'random'>;
  /** `false` opens the rooms for reading and changing records: this process runs no engine. Default: `true`. */
  readonly drivesJobs?: boolean;
  /** What `verify` adds to requests and sees of answers. */
  readonly trial?: Trial;
}

/** Ends something that was opened. */
export type Closer = () => Promise<void>;

/** The rooms behind the protocol edge and the commands. */
export interface Rooms {
  readonly services: Services;
  readonly firefly: Firefly;
  readonly administration: Administration;
}

/**
 * Opens the rooms, each with its own options, and starts the work of this process.
 * @param workers, closers get what ends it again, also where this rejects half-way
 * @throws Problem when the store cannot be opened
 */
export async function openRooms(
  options: CompositionOptions,
  { workers, closers }: { workers: Closer[]; closers: Closer[] },
): Promise<Rooms> {
  const { config, logger, hide, drivesJobs = true, trial } = options;
  const { clock, random, cwd, home, platform } = options.terminal;
  const effects = { clock, random, logger };
  const [
    { createImageLibrary },
    { createImageImport },
    { subjectWorker },
    { compositeWorker },
    { pictureSteps },
    { createJobs, jobOfItem, mayBeRepeated },
    { createFirefly },
    { openUpstream },
    { GarbageCollector },
    { EMULATOR_ENDED, forDemo, isElsewhere },
    { createMaintenance, incomingFolder, openBlobs, openDatabase },
    { StoreAdministration },
    { secretForms },
  ] = await Promise.all([
    import('../../images/library/library.ts'),
    import('../../images/import/image-import.ts'),
    import('../../images/subject/worker/subject-worker.ts'),
    import('../../images/composites/worker/composite-worker.ts'),
    import('../../images/steps/picture-steps.ts'),
    import('../../jobs/index.ts'),
    import('../../firefly/client.ts'),
    import('./upstream.ts'),
    import('../../images/blobs/garbage-collector.ts'),
    import('./demo-firefly.ts'),
    import('./maintenance.ts'),
    import('../../maintenance/administration.ts'),
    import('../../shared/text/secret-forms.ts'),
  ]);
  for (const { variable, what } of rootFaults(config)) {
    logger.warn('configuration', { warning: `${variable} ${what}: no picture can be read from there.` });
  }
  const upstream = await openUpstream(config, options.terminal, options.secretNow);
  closers.push(upstream.close);
  const db = await openDatabase(config, effects);
  closers.push(() => db.close());
  const { emulator } = upstream;
  const client = createFirefly({ ...upstream.target, ...effects, trial });
  const firefly = emulator ? forDemo(client, emulator, random) : client;
  hide(() => secretForms([...firefly.secrets(), ...configuredSecrets(config)]));
  closers.push(() => firefly.close());
  const blobs = openBlobs(config, effects);
  const pixels = pictureSteps({ folder: incomingFolder(config), logger });
  closers.push(() => pixels.end());
  const images = createImageLibrary({ db, blobs, jobOfItem, mayBeRepeated, pixels, ...effects });
  const { perMinute, perDay, dailyBudget } = config;
  const composites = compositeWorker({ folder: incomingFolder(config), logger });
  closers.push(() => composites.end());
  const { jobs, batches, consents, engine, outputWorker, gatedQueries, ownsUpload, endAbandoned } = createJobs({
    db,
    firefly,
    images,
    composites,
    quota: { perMinute, perDay, dailyBudget },
    ...effects,
  });
  if (emulator) await endAbandoned((handle) => isElsewhere(handle, emulator), EMULATOR_ENDED);
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
  const subjects = subjectWorker({ folder: incomingFolder(config), logger });
  closers.push(() => subjects.end());
  const services = { jobs, batches, consents, images, imageImport, deletion, subjects, firefly: gatedQueries };
  const { account } = firefly;
  const administration = new StoreAdministration({ db, account, jobs, batches, collector: deletion });
  return { services, firefly, administration };
}
