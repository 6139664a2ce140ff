import { expect } from 'vitest';
import type { PortraitFigures } from './portraits.ts';

/** What must hold for a folder of portraits of any size. */
export function expectEveryPortraitOnce(figures: PortraitFigures): void {
  const { names, rows, statuses, uploads, sources } = figures;
  expect(figures.codes, figures.texts.join('\n---\n')).toEqual([130, 0, 0]);
  expect(figures.madeBeforeCtrlC).toBeLessThan(names.length);
  expect(figures.texts[1]).toMatch(/continues|was submitted before/);

  // Without a 429, and without a second request for any portrait.
  expect(statuses).toEqual(names.map(() => 202));
  expect(figures.maxPerMinute).toBeLessThanOrEqual(4);
  expect(new Set(sources).size).toBe(names.length);
  // One upload per portrait, and one of the mask.
  expect([...uploads.values()]).toEqual(Array.from({ length: names.length + 1 }, () => 1));

  const pictures = names.map((name) => `${name}-background.png`);
  expect([...figures.files].sort()).toEqual([...pictures, 'manifest.csv', 'manifest.json'].sort());
  expect(rows.map(({ item }) => item)).toEqual(names);
  expect(rows.map(({ state, cost }) => `${state} ${cost.operations} ${cost.requests}`)).toEqual(
    names.map(() => 'succeeded 1 1'),
  );
  expect(rows.map(({ images }) => images[0]?.file)).toEqual(pictures);
  expect(figures.intact).toBe(names.length);
  expect(figures.csvRows.map((row) => row.split(',')[4])).toEqual(pictures);
}
