import type { JobRow } from '../model/job-row.ts';
import { isDueHere, type SavingDeps } from './write-orders.ts';

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
