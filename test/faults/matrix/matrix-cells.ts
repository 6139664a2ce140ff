import { expect, test } from 'vitest';
import { violations } from '../history/invariants.ts';
import { LASTING, MATRIX, FAULTS } from './matrix.ts';
import { isSilent, outcomeOf, PHASES, type Injection, type Phase } from './phases.ts';
import { ProxiedRooms, SHORT_TIMEOUTS } from './proxied-rooms.ts';

/** On a machine that is busy with other work, all phases together take minutes. */
const PATIENCE_MS = 900_000;

/** What became of one cell, and what the history checker says to it. */
async function cell(injection: Injection): Promise<string> {
  const setup = await ProxiedRooms.start({ timeouts: isSilent(injection) ? SHORT_TIMEOUTS[struck(injection)] : {} });
  try {
    const outcome = await outcomeOf(setup, injection);
    return [outcome, ...violations(await setup.history())].join(' !! ');
  } catch (error) {
    return `the test broke: ${String(error)}`;
  } finally {
    await setup.close();
  }
}

const struck = ({ phase }: Injection) => (phase === 'submit' ? 'submit' : 'other');

async function cells<K>(injections: ReadonlyMap<K, Injection>): Promise<ReadonlyMap<K, string>> {
  const found = new Map<K, string>();
  for (const [key, injection] of injections) found.set(key, await cell(injection));
  return found;
}

/** A choice of cells by fault and phase. */
type CellChoice = (fault: string, phase: Phase) => boolean;

/** Defines one test for each phase and one for lasting faults, with the cells that `isChosen` names. */
export function testCells(isChosen: CellChoice): void {
  test.concurrent.each(PHASES)(
    'faults at the phase %s end as documented, with a clean history',
    { timeout: PATIENCE_MS },
    async (phase) => {
      const chosen = [...FAULTS].filter(([name]) => isChosen(name, phase));
      const found = await cells(new Map(chosen.map(([name, fault]) => [name, { phase, fault, times: 1 }])));
      const documented = chosen.map(([name]) => [name, MATRIX[name]?.[PHASES.indexOf(phase)]]);
      expect(found.size).toBeGreaterThan(0);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(documented));
    },
  );

  test.concurrent('lasting faults end as documented, with a clean history', { timeout: PATIENCE_MS }, async () => {
    const lasting = LASTING.filter(([phase, name]) => isChosen(name, phase));
    const injections = lasting.map(([phase, name, times]) => {
      const fault = FAULTS.get(name);
      if (!fault) throw new Error(`there is no fault "${name}"`);
      return [`${phase}: ${name}`, { phase, fault, times }] as const;
    });
    const found = await cells(new Map(injections));
    expect(found.size).toBeGreaterThan(0);
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(lasting.map(([phase, name, , end]) => [`${phase}: ${name}`, end])),
    );
  });
}
