import { expect } from 'vitest';
import type { PortraitFigures } from './portraits.ts';

/** Everything that must hold for a folder of portraits, however many. */
export function expectEveryPortraitOnce(figures: PortraitFigures): void {
  const { names, rows, statuses, uploads, sources } = figures;
  expect(figures.codes, figures.texts.join('\n---\n')).toEqual([130, 0, 0]);
  expect(figures.madeBeforeCtrlC).toBeLessThan(names.length);
  expect(figures.texts[1]).toMatch(/goes on|was submitted before/);

  // Not one 429, and nothing twice.
  expect(statuses).toEqual(names.map(() => 202));
  expect(figures.mostInAMinute).toBeLessThanOrEqual(4);
  expect(new Set(sources).size).toBe(names.length);
  // Each portrait once, the mask once.
  expect([...uploads.values()]).toEqual(Array.from({ length: names.length + 1 }, () => 1));

  const pictures = names.map((name) => `${name}-background.png`);
  expect([...figures.files].sort()).toEqual([...pictures, 'manifest.csv', 'manifest.json'].sort());
  expect(rows.map(({ item }) => item)).toEqual(names);
  expect(rows.map(({ state, paid_requests: paid }) => `${state} ${paid}`)).toEqual(names.map(() => 'succeeded 1'));
  expect(rows.map(({ images }) => images[0]?.file)).toEqual(pictures);
  expect(figures.csvRows.map((row) => row.split(',')[4])).toEqual(pictures);
}
