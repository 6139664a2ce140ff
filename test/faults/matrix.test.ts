import { describe, expect, it } from 'vitest';
import { violations } from './invariants.ts';
import { ANSWER_FAULTS, LINE_FAULTS } from './kinds.ts';
import { LASTING, MATRIX, STRIKES } from './matrix.ts';
import { isSilent, outcomeOf, PHASES, type Blow } from './phases.ts';
import { Rig, SHORT_TIMEOUTS } from './rig.ts';

/** On a machine that is busy with other work, all phases together take minutes. */
const PATIENCE_MS = 900_000;

/** These faults only, `|` between them; all where nothing is said. */
const CHOSEN = process.env['FAULTS']?.split('|');
const isChosen = (name: string) => CHOSEN === undefined || CHOSEN.includes(name);

/** What became of one cell, and what the history checker says to it. */
async function cell(blow: Blow): Promise<string> {
  const rig = await Rig.start({ timeouts: isSilent(blow) ? SHORT_TIMEOUTS[struck(blow)] : {} });
  try {
    const outcome = await outcomeOf(rig, blow);
    return [outcome, ...violations(await rig.history())].join(' !! ');
  } catch (error) {
    return `the test broke: ${String(error)}`;
  } finally {
    await rig.close();
  }
}

const struck = ({ phase }: Blow) => (phase === 'submit' ? 'submit' : 'other');

async function cells<K>(blows: ReadonlyMap<K, Blow>): Promise<ReadonlyMap<K, string>> {
  const found = new Map<K, string>();
  for (const [key, blow] of blows) found.set(key, await cell(blow));
  return found;
}

describe('the fault matrix', () => {
  it('has a row for every fault', () => {
    expect(Object.keys(MATRIX).sort()).toEqual([...Object.keys(ANSWER_FAULTS), ...Object.keys(LINE_FAULTS)].sort());
  });

  it.concurrent.each(PHASES)(
    '%s: every fault ends as documented, with a clean history',
    { timeout: PATIENCE_MS },
    async (phase) => {
      const blows = [...STRIKES].map(([name, strike]) => [name, { phase, strike, times: 1 }] as const);
      const found = await cells(new Map(blows.filter(([name]) => isChosen(name))));
      const rows = Object.entries(MATRIX).filter(([name]) => isChosen(name));
      const documented = rows.map(([name, row]) => [name, row[PHASES.indexOf(phase)]]);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(documented));
    },
  );

  it.concurrent('faults that do not go away end as documented too', { timeout: PATIENCE_MS }, async () => {
    const lasting = LASTING.filter(([, name]) => isChosen(name));
    const blows = lasting.map(([phase, name, times]) => {
      const strike = STRIKES.get(name);
      if (!strike) throw new Error(`there is no fault "${name}"`);
      return [`${phase}: ${name}`, { phase, strike, times }] as const;
    });
    const found = await cells(new Map(blows));
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(lasting.map(([phase, name, , end]) => [`${phase}: ${name}`, end])),
    );
  });
});
