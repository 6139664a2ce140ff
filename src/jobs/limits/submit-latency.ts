import type { Queryable } from '../../store/database.ts';
import { acceptedLatencies, grantedInFlight } from '../store/permits/permit-counts.ts';

/** How long a submit takes before one was made, milliseconds. */
export const ASSUMED_LATENCY_MS = 1_000;
/** How many of the last ones tell afterwards. */
const SAMPLES = 9;

/**
 * How long a submit of this account takes, milliseconds: what is usual among the last ones and those in flight that
 * already take longer. Before the first one has ended, as long as the oldest one in flight has taken: nobody knows more.
 */
export async function latencyOf(account: string, now: number, from: Queryable): Promise<number> {
  const known = await acceptedLatencies(from, account, SAMPLES);
  const soFar = (await grantedInFlight(from, account, now)).map((grantedAt) => now - grantedAt);
  const usual = median(known);
  if (usual === undefined) return Math.max(ASSUMED_LATENCY_MS, ...soFar);
  return median([...known, ...soFar.filter((latency) => latency > usual)]) ?? usual;
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
