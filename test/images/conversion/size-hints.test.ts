import { expect, test } from 'vitest';
import { planConversion } from '../../../src/images/conversion/plan.ts';

const original = { width: 2048, height: 2048, mimeType: 'image/png' } as const;
const refused = (size: string): unknown => {
  try {
    return planConversion(original, { size });
  } catch (error) {
    return (error as { next: string }).next;
  }
};

test.each([
  ['400', 'Write "400x400", or "400x" for the width alone, or "x400" for the height.'],
  ['400px', 'Write "400x400", or "400x" for the width alone, or "x400" for the height.'],
  ['60x90 cm', 'Write it in pixels: "7087x10630" at 300 dpi, "3543x5315" at 150 dpi.'],
  ['10cm x 15cm', 'Write it in pixels: "1181x1772" at 300 dpi, "591x886" at 150 dpi.'],
  ['8,5x11 in', 'Write it in pixels: "2550x3300" at 300 dpi, "1275x1650" at 150 dpi.'],
  ['100x150mm', 'Write it in pixels: "1181x1772" at 300 dpi, "591x886" at 150 dpi.'],
  ['10cm x 15in', 'Write pixels such as "1000x1000", or "1200x" for the width alone.'],
  ['A4', 'Write pixels such as "1000x1000", or "1200x" for the width alone.'],
  ['0x0', 'Write pixels such as "1000x1000", or "1200x" for the width alone.'],
])('the size %s is refused with what it is in pixels', (size, next) => {
  expect(refused(size)).toBe(next);
});
