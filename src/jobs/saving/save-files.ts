import type { Clock } from '../../shared/time/clock.ts';
import type { JobRow } from '../model/job-row.ts';
import { isDueHere, type SavingDeps, writeOrders } from './write-orders.ts';

/** How often, and how long in between, a call looks whether another process has written its files. */
const TRIES = 50;
const POLL_MS = 100;

/** Writes the files of a job that are due on this machine, or waits a while for the process that writes them. */
export async function saveFiles(
  find: () => Promise<JobRow>,
  deps: SavingDeps & { readonly clock: Clock },
): Promise<JobRow> {
  for (let tries = 0; ; tries += 1) {
    const job = await find();
    const isDue = job.state === 'succeeded' && job.saves?.some((order) => isDueHere(order, deps.host)) === true;
    if (!isDue || tries === TRIES) return job;
    await writeOrders(job.id, deps);
    if (tries > 0) await deps.clock.sleep(POLL_MS);
  }
}

/**
 * Refuses to pay again for a job whose files could not be written on this machine.
 * @throws Problem as `requireWritable`
 */
export async function requireOrderPlaces(
  { saves = [] }: Pick<JobRow, 'saves'>,
  { host, random }: Pick<SavingDeps, 'host' | 'random'>,
): Promise<void> {
  const due = saves.filter((order) => isDueHere(order, host));
  if (due.length === 0) return;
  const { requireSavePlace } = await import('../../images/files/writable-place.ts');
  for (const { root, name } of due) await requireSavePlace(name, root, random);
}
