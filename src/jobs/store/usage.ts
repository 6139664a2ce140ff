import { totalCost, type Cost } from '../../firefly/pricing.ts';
import { DAY_MS } from '../../shared/time/durations.ts';
import type { Database } from '../../store/database.ts';
import type { PersonDay, Usage } from '../model/spending-views.ts';
import { costByPrincipal, type costOfPrincipal } from './permits/costs.ts';

/** Costs by tool and day since 1970 as days and tools, each with its sum. */
export function usageFrom(costs: Awaited<ReturnType<typeof costOfPrincipal>>): Usage {
  const days = sums(costs.map(({ day, cost }) => [isoDay(day), cost]));
  const tools = sums(costs.map(({ tool, cost }) => [tool, cost]));
  return {
    days: days.map(([day, cost]) => ({ day, cost })).sort((a, b) => (a.day < b.day ? 1 : -1)),
    tools: tools.map(([tool, cost]) => ({ tool, cost })).sort(byOperations),
  };
}

function sums(costs: readonly (readonly [name: string, cost: Cost])[]): [string, Cost][] {
  const found = new Map<string, Cost>();
  for (const [name, cost] of costs) found.set(name, totalCost([found.get(name) ?? [], cost].flat()));
  return [...found];
}

/** What each principal may have been charged for on each of the last `days` days, newest first, most operations first. */
export async function spendingByPerson(db: Database, account: string, days: number): Promise<readonly PersonDay[]> {
  const today = Math.floor((await db.now()) / DAY_MS);
  const costs = await costByPrincipal(db, { account, since: (today - days + 1) * DAY_MS });
  return costs
    .toSorted((a, b) => b.day - a.day || b.cost.operations - a.cost.operations || (a.principal < b.principal ? -1 : 1))
    .map(({ day, ...rest }) => ({ day: isoDay(day), ...rest }));
}

function byOperations(a: NamedCost, b: NamedCost): number {
  return b.cost.operations - a.cost.operations || (a.tool < b.tool ? -1 : 1);
}

interface NamedCost {
  readonly tool: string;
  readonly cost: Cost;
}

function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
