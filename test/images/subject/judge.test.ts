import { describe, expect, test } from 'vitest';
import { CLOSED, UNDECIDED } from '../../../src/images/subject/cut/hint.ts';
import { judge, type PlacedPart, type Signs } from '../../../src/images/subject/doubt/judge.ts';
import { shareCutOff, shareOnLimit, shareWithoutEdge } from '../../../src/images/subject/doubt/outline.ts';

const none: PlacedPart = { share: 0, at: [0, 0] };
const part: PlacedPart = { share: 0.12, at: [40, 62] };
const good: Signs = {
  kind: 'outline',
  stability: 0.97,
  agreement: 0.9,
  onLimit: 0.02,
  cutOff: 0,
  withoutEdge: 0.1,
  takenIn: none,
  leftOut: none,
  found: 0.4,
};

describe('how sure a fit is', () => {
  test.each([
    ['good', {}],
    ['check', { stability: 0.9 }],
    ['check', { cutOff: 0.01 }],
    ['check', { withoutEdge: 0.4 }],
    ['check', { takenIn: part }],
    ['check', { leftOut: part }],
    ['check', { takenIn: part, kind: 'box' }],
    ['check', { takenIn: part, leftOut: part }],
    ['good', { takenIn: { ...part, share: 0.012 }, leftOut: { ...part, share: 0.012 } }],
    ['doubtful', { stability: 0.8 }],
    ['doubtful', { agreement: 0.6 }],
    ['good', { agreement: 0.6, kind: 'box' }],
    ['doubtful', { onLimit: 0.2 }],
    ['doubtful', { onLimit: 0.2, kind: 'box' }],
    ['doubtful', { found: 0.99 }],
  ] as const)('%s for %j', (confidence, signs) => {
    const { confidence: judged, reasons } = judge({ ...good, ...signs });
    expect(judged).toBe(confidence);
    expect(reasons).toHaveLength(confidence === 'good' ? 0 : 1);
  });

  test('is told with every reason, in words and numbers', () => {
    const { reasons } = judge({
      kind: 'outline',
      stability: 0.72,
      agreement: 0.5,
      onLimit: 0.3,
      cutOff: 0.2,
      withoutEdge: 0.4,
      takenIn: part,
      leftOut: none,
      found: 0.98,
    });
    expect(reasons).toEqual([
      '28 % of what is marked comes and goes when the outline is drawn a little smaller or larger, so colours inside and outside are alike: look at its edge. Round or straight things are exacter as shapes without fit.',
      'What was found and the outline share only 50 % of what they cover together, so one of them is wrong.',
      '30 % of the edge is as far from the outline as it may be, so the subject may go on there.',
      'Along 40 % of its outline the colours go on, so no edge was found there.',
      '12 % of it, around [40, 62] percent, has the colours of the surroundings: look whether that is a gap.',
      'Nearly everything was taken for the subject, so no edge was found.',
    ]);
  });

  test('is told with the place of a part of other colours, and with both places where two are alike', () => {
    const reason = (signs: Partial<Signs>) => judge({ ...good, ...signs }).reasons;
    const other: PlacedPart = { share: 0.05, at: [80, 9] };
    expect(reason({ leftOut: part })).toEqual([
      'A part beside it, around [40, 62] percent and 12 % of its size, has its colours and was left out: look whether it belongs.',
    ]);
    expect(reason({ takenIn: part, leftOut: other })).toEqual([
      'The same colours are in it, around [40, 62] percent, and beside it, around [80, 9] percent: look whether one of the two is on the wrong side.',
    ]);
  });

  test('depends on how much of the edge is on the limit of the hint, without that of the picture', () => {
    const [width, height] = [20, 20];
    const area = (is: (x: number, y: number) => boolean) => ({
      width,
      height,
      data: Uint8Array.from({ length: 400 }, (_, i) => (is(i % 20, Math.floor(i / 20)) ? 1 : 0)),
    });
    const certain = area((x) => x < 10).data.map((is) => (is === 1 ? UNDECIDED : CLOSED));
    const hint = { width, height, certain, guess: certain, lean: new Float32Array(400) };
    expect(
      shareOnLimit(
        area((x) => x < 10),
        hint,
      ),
    ).toBe(1);
    expect(
      shareOnLimit(
        area((x) => x < 5),
        hint,
      ),
    ).toBe(0);
    expect(
      shareOnLimit(
        area(() => false),
        hint,
      ),
    ).toBe(0);
  });

  test('depends on how much of the edge ends on the limit though the colours go on', () => {
    const [width, height] = [20, 20];
    const left = Uint8Array.from({ length: 400 }, (_, i) => (i % 20 < 10 ? 1 : 0));
    const hint = {
      width,
      height,
      certain: left.map((is) => (is === 1 ? UNDECIDED : CLOSED)),
      guess: left,
      lean: new Float32Array(400),
    };
    const area = { width, height, data: left };
    const colours = (change: number) =>
      Uint8Array.from({ length: 1200 }, (_, i) => (Math.floor(i / 3) % 20 < change ? 200 : 90));
    const share = (change: number, found = area) => shareCutOff(found, hint, { width, height, data: colours(change) });
    expect(share(10)).toBe(0);
    const without = (change: number) => shareWithoutEdge(area, { width, height, data: colours(change) });
    expect([without(10), without(20)]).toEqual([0, 1]);
    // A white rim that goes on, of which a corner was cut off.
    expect(share(20)).toBe(1);
    expect(share(20, { ...area, data: left.map((_, i) => (i % 20 < 5 ? 1 : 0)) })).toBe(0);
  });
});
