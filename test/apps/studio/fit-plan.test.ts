import { describe, expect, test } from 'vitest';
import { fitPlan } from '../../../src/apps/studio/model/mask/fit-plan.ts';
import { done, NO_STEPS, paintingOf, type Step } from '../../../src/apps/studio/model/mask/mask-history.ts';
import { boxBetween } from '../../../src/apps/studio/model/mask/mask-shapes.ts';

const picture = { image: 'img_a', width: 400, height: 300 };
const box = boxBetween('rectangle', { x: 10, y: 20 }, { x: 90, y: 80 });
const add: Step = { kind: 'shapes', tool: 'rectangle', shapes: [box], joining: 'add' };
const takeAway: Step = { kind: 'shapes', tool: 'eraser', shapes: [box], joining: 'subtract' };
const kept: Step = { kind: 'base', base: { mask: 'img_kept', hints: [], belongs: [], stays: [] } };
const edge: Step = { kind: 'edge', grow: 5, feather: 3 };
const paint = (...steps: readonly Step[]) => paintingOf(steps.reduce(done, NO_STEPS));

describe('a fit loses nothing that was painted', () => {
  test('shapes on a kept mask are fitted each by itself, as they were meant, and join it', () => {
    const { args, replaces } = fitPlan(paint(kept, add, takeAway), {}, picture);
    expect(args).toMatchObject({ from: 'img_kept', fit: true, shapes: [{ op: 'add' }, { op: 'subtract' }] });
    expect(args).not.toHaveProperty('select');
    expect(replaces).toBe(false);
  });

  test('people are added to a kept mask; to an inverted one, as a mask of what it is', () => {
    expect(fitPlan(paint(kept), {}, picture).args).toEqual({
      image: 'img_a',
      unit: 'pixels',
      select: 'person',
      from: 'img_kept',
    });
    expect(fitPlan(paint(kept, { kind: 'invert' }), {}, picture, 'img_flat').args).toMatchObject({ from: 'img_flat' });
    expect(fitPlan(paint(), {}, picture).args).not.toHaveProperty('from');
  });

  test('a point corrects the fit before it by asking for the same once more, and an inversion since then stays', () => {
    const first = fitPlan(paint(kept, add), {}, picture);
    const fitted: Step = { kind: 'base', base: { ...first.base, mask: 'img_fit' } };
    const second = fitPlan(paint(fitted), { belongs: { x: 3, y: 4 } }, picture);
    expect(second.args).toEqual({ ...first.args, belongs: [[3, 4]] });
    const again: Step = { kind: 'base', base: { ...second.base, mask: 'img_fit2' }, inverted: true };
    const third = fitPlan(paint(again), { stays: { x: 5, y: 6 } }, picture);
    expect(third.args).toEqual({ ...first.args, belongs: [[3, 4]], stays: [[5, 6]] });
    expect(third.inverted).toBe(true);
    expect(paint(again).inverted).toBe(true);
  });

  test('a point on a kept mask that no fit has made replaces it, so that the person is asked', () => {
    const plan = fitPlan(paint(kept), { stays: { x: 1, y: 2 } }, picture);
    expect(plan).toMatchObject({ replaces: true, args: { from: 'img_kept', stays: [[1, 2]] } });
  });

  test('the edge is put on once, by what is drawn afterwards', () => {
    const { args } = fitPlan(paint(add, edge), {}, picture);
    expect(args).not.toHaveProperty('grow');
    expect(args).not.toHaveProperty('feather');
  });
});
