import { describe, expect, test } from 'vitest';
import {
  done,
  isBlank,
  maskArguments,
  movedTo,
  NO_STEPS,
  paintingOf,
  type Step,
} from '../../../src/apps/studio/model/mask/mask-history.ts';
import { type Correction, fitArguments, newFit } from '../../../src/apps/studio/model/mask/fit-request.ts';
import { boxBetween, simplified, strokesOf } from '../../../src/apps/studio/model/mask/mask-shapes.ts';
import { contrastingTint } from '../../../src/apps/studio/model/mask/tint.ts';
import { shapesField } from '../../../src/images/masks/drawing/shapes.ts';

const picture = { width: 400, height: 300 };
const box = boxBetween('rectangle', { x: 90, y: 80 }, { x: 10, y: 20 });
const add: Step = { kind: 'shapes', tool: 'rectangle', shapes: [box], joining: 'add' };
const takeAway: Step = { kind: 'shapes', tool: 'eraser', shapes: [box], joining: 'subtract' };
const history = (...steps: readonly Step[]) => steps.reduce(done, NO_STEPS);
const argumentsOf = (...steps: readonly Step[]) => maskArguments(paintingOf(history(...steps)), 'img_a', picture);

describe('what is painted', () => {
  test('is sent in pixels of the picture, and make_mask takes it', () => {
    const sent = argumentsOf(add, takeAway);
    expect(sent).toMatchObject({
      image: 'img_a',
      unit: 'pixels',
      shapes: [
        { shape: 'rectangle', x: 10, y: 20, width: 80, height: 60, op: 'add' },
        { shape: 'rectangle', op: 'subtract' },
      ],
    });
    const strokes = strokesOf([{ x: 5, y: 5, width: 20 }], 0.4);
    const dot = argumentsOf({ kind: 'shapes', tool: 'brush', shapes: strokes, joining: 'add' });
    const shapes = [sent, dot].flatMap((one) => (one?.['shapes'] ?? []) as readonly object[]);
    expect(shapes).toHaveLength(3);
    expect(() => shapesField.parse(shapes)).not.toThrow();
  });

  test('after an inversion, painting adds to what is open, though the server inverts last', () => {
    expect(argumentsOf(add, { kind: 'invert' }, add)).toMatchObject({
      invert: true,
      shapes: [{ op: 'add' }, { op: 'subtract' }],
    });
    expect(argumentsOf(add, { kind: 'invert' }, add, { kind: 'invert' })).not.toHaveProperty('invert');
  });

  test('is nothing where shapes only take away, and the server is not asked', () => {
    expect(argumentsOf(takeAway)).toBeUndefined();
    expect(isBlank(paintingOf(history(takeAway)))).toBe(true);
    expect(argumentsOf(takeAway, add)?.['shapes']).toMatchObject([{ op: 'add' }]);
  });

  test('is the whole picture where nothing is inverted', () => {
    expect(argumentsOf({ kind: 'invert' })).toMatchObject({ shapes: [{ shape: 'rectangle', x: 0, y: 0, ...picture }] });
  });

  test('joins what the server has found, and is refined', () => {
    const base = { mask: 'img_m', hints: [box], belongs: [], stays: [] };
    const sent = argumentsOf(add, { kind: 'base', base }, takeAway, { kind: 'edge', grow: -4, feather: 6 });
    expect(sent).toMatchObject({ from: 'img_m', shapes: [{ op: 'subtract' }], grow: -4, feather: 6 });
  });
});

describe('a fit', () => {
  const kept: Step = { kind: 'base', base: { mask: 'img_kept', hints: [], belongs: [], stays: [] } };
  const point = { belongs: { x: 7, y: 9 } };
  const asked = (steps: readonly Step[], correction?: Correction) =>
    fitArguments(newFit(paintingOf(history(...steps)), correction), 'img_a');
  /** A fit that the server has answered with a mask. */
  const fitted = (mask: string, steps: readonly Step[], correction?: Correction): Step => ({
    kind: 'base',
    base: { mask, ...newFit(paintingOf(history(...steps)), correction) },
  });

  test('joins the mask that painting began with and what was fitted before', () => {
    const person = { image: 'img_a', unit: 'pixels', select: 'person' };
    expect(asked([])).toEqual(person);
    expect(asked([kept])).toEqual({ ...person, from: 'img_kept' });
    expect(asked([kept, add])).toMatchObject({ from: 'img_kept', fit: true, shapes: [{ op: 'add' }] });
    const first = fitted('img_1', [add]);
    expect(asked([add, first, add])).toMatchObject({ from: 'img_1', fit: true, shapes: [{ op: 'add' }] });
  });

  test('takes away the subject under what takes away', () => {
    expect(asked([add, takeAway])['shapes']).toMatchObject([{ op: 'add' }, { op: 'subtract' }]);
    expect(asked([takeAway, add])['shapes']).toMatchObject([{ op: 'add' }]);
    expect(asked([takeAway])).toHaveProperty('select', 'person');
  });

  test('is repeated with each further point, and a mask that was not fitted here is corrected itself', () => {
    const steps = [kept, add];
    const once = fitted('img_1', steps);
    expect(asked([...steps, once], point)).toEqual({ ...asked(steps), belongs: [[7, 9]] });
    const twice = fitted('img_2', [...steps, once], point);
    expect(asked([...steps, once, twice], { stays: { x: 1, y: 2 } })).toEqual({
      ...asked(steps),
      belongs: [[7, 9]],
      stays: [[1, 2]],
    });
    expect(asked([kept], point)).toEqual({ image: 'img_a', unit: 'pixels', from: 'img_kept', belongs: [[7, 9]] });
  });

  test('of an inverted painting is made before it is inverted, and it stays inverted', () => {
    const steps: readonly Step[] = [kept, { kind: 'invert' }, takeAway];
    expect(asked(steps)).toMatchObject({ from: 'img_kept', shapes: [{ op: 'add' }] });
    expect(asked(steps)).not.toHaveProperty('invert');
    expect(argumentsOf(...steps, fitted('img_1', steps))).toMatchObject({ from: 'img_1', invert: true });
  });
});

describe('steps', () => {
  test('are undone to the start and redone, until another step is made', () => {
    const three = history(add, { kind: 'invert' }, add);
    const start = movedTo(three, -5);
    expect(isBlank(paintingOf(start))).toBe(true);
    expect(paintingOf(movedTo(start, 3))).toEqual(paintingOf(three));
    expect(done(movedTo(three, 1), takeAway).steps).toHaveLength(2);
  });

  test('along one slider are one', () => {
    const slid = history(add, { kind: 'edge', grow: 1, feather: 0 }, { kind: 'edge', grow: 2, feather: 0 });
    expect(slid.steps).toHaveLength(2);
    expect(paintingOf(slid).grow).toBe(2);
  });
});

describe('strokes', () => {
  const line = Array.from({ length: 5000 }, (_, i) => ({ x: i / 10, y: Math.sin(i / 40) * 20, width: 12 }));

  test('lose no point that lies farther off than the tolerance', () => {
    const kept = simplified(line, 0.4);
    expect(kept.length).toBeLessThan(line.length / 10);
    const off = line.map((point) => Math.min(...kept.map((other) => Math.hypot(point.x - other.x, point.y - other.y))));
    expect(Math.max(...off)).toBeLessThan(20);
    expect(kept[0]).toEqual(line[0]);
    expect(kept.at(-1)).toEqual(line.at(-1));
  });

  test('have no more points than the server takes, and no gap between their parts', () => {
    const zigzag = line.slice(0, 2500).map((point, i) => ({ ...point, y: i % 2 === 0 ? 0 : 50 }));
    const strokes = strokesOf(zigzag, 0.4);
    const lengths = strokes.map((stroke) => ('points' in stroke ? stroke.points.length : 0));
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1000);
    for (const [i, stroke] of strokes.entries()) {
      const next = strokes[i + 1];
      if (next !== undefined && 'points' in next && 'points' in stroke)
        expect(next.points[0]).toEqual(stroke.points.at(-1));
    }
  });

  test('of a pen that is pressed harder become wider', () => {
    const pressed = line.slice(0, 100).map((point, i) => ({ ...point, width: i < 50 ? 10 : 30 }));
    expect(strokesOf(pressed, 0.4).map((stroke) => 'thickness' in stroke && stroke.thickness)).toEqual([10, 30]);
  });
});

test('the tint contrasts with what it covers', () => {
  expect(contrastingTint([0, 190, 240])).not.toBe('cyan');
  expect(contrastingTint([150, 230, 20])).not.toBe('lime');
  expect(contrastingTint([250, 120, 30])).not.toBe('orange');
});
