import { describe, expect, test } from 'vitest';
import { violations } from './invariants.ts';
import { ANSWER_FAULTS, LINE_FAULTS } from './fault-kinds.ts';
import { LASTING, MATRIX, FAULTS } from './matrix.ts';
import { isSilent, outcomeOf, PHASES, type Injection } from './phases.ts';
import { ProxiedRooms, SHORT_TIMEOUTS } from './proxied-rooms.ts';

/** On a machine that is busy with other work, all phases together take minutes. */
const PATIENCE_MS = 900_000;

/** These faults only, `|` between them; all where nothing is said. */
const CHOSEN = process.env['FAULTS']?.split('|');
const isChosen = (name: string) => CHOSEN === undefined || CHOSEN.includes(name);

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

describe('the fault matrix', () => {
  test('has a row for every fault', () => {
    expect(Object.keys(MATRIX).sort()).toEqual([...Object.keys(ANSWER_FAULTS), ...Object.keys(LINE_FAULTS)].sort());
  });

  test.concurrent.each(PHASES)(
    'every fault at the phase %s ends as documented, with a clean history',
    { timeout: PATIENCE_MS },
    async (phase) => {
      const injections = [...FAULTS].map(([name, fault]) => [name, { phase, fault, times: 1 }] as const);
      const found = await cells(new Map(injections.filter(([name]) => isChosen(name))));
      const rows = Object.entries(MATRIX).filter(([name]) => isChosen(name));
      const documented = rows.map(([name, row]) => [name, row[PHASES.indexOf(phase)]]);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(documented));
    },
  );

  test.concurrent('lasting faults end as documented, with a clean history', { timeout: PATIENCE_MS }, async () => {
    const lasting = LASTING.filter(([, name]) => isChosen(name));
    const injections = lasting.map(([phase, name, times]) => {
      const fault = FAULTS.get(name);
      if (!fault) throw new Error(`there is no fault "${name}"`);
      return [`${phase}: ${name}`, { phase, fault, times }] as const;
    });
    const found = await cells(new Map(injections));
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(lasting.map(([phase, name, , end]) => [`${phase}: ${name}`, end])),
    );
  });
});
