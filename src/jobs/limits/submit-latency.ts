import type { Queryable } from '../../store/database.ts';
import { median } from '../model/median.ts';
import { acceptedLatencies, grantedInFlight } from '../store/permits/permit-counts.ts';

/** Assumed duration of a submit before one was made. */
export const ASSUMED_LATENCY_MS = 1_000;
/** Accepted submits that the median is taken of. */
const SAMPLES = 9;

/**
 * Expected duration of a submit of this account, milliseconds: the median of the last ones and of those in flight that
 * take longer already. Before the first one has ended, the time that the oldest one in flight has taken so far.
 */
export async function latencyOf(account: string, now: number, from: Queryable): Promise<number> {
  const accepted = await acceptedLatencies(from, account, SAMPLES);
  const inFlight = (await grantedInFlight(from, account, now)).map((grantedAt) => now - grantedAt);
  const usual = median(accepted);
  if (usual === undefined) return Math.max(ASSUMED_LATENCY_MS, ...inFlight);
  return median([...accepted, ...inFlight.filter((latency) => latency > usual)]) ?? usual;
}
