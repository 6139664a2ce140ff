import { describe, expect, test } from 'vitest';
import { withCorrections } from '../../../../src/images/subject/cut/corrections.ts';
import { cutOut } from '../../../../src/images/subject/cut/cut-out.ts';
import { CLOSED, OPEN, UNDECIDED, type Hint } from '../../../../src/images/subject/cut/hint.ts';
import { labOf } from '../../../../src/images/subject/cut/colours/lab.ts';
import { localOdds } from '../../../../src/images/subject/cut/colours/local-colours.ts';
import { gridOf, inFrame } from '../../../../src/images/subject/cut/graph/links.ts';
import { Mixture } from '../../../../src/images/subject/cut/colours/mixture.ts';
import { overlap } from '../../../../src/images/subject/cut/measures.ts';
import type { Area, RgbPicture } from '../../../../src/images/subject/types.ts';

const SIDE = 60;
const ROUNDS = { whole: 4, local: 2 };
const check = () => {};

/** A disc of one colour on a ground of another, with a pattern in both. */
function disc(): { picture: RgbPicture; truth: Area } {
  const inside = (x: number, y: number) => Math.hypot(x - 30, y - 30) < 15;
  const truth = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (inside(i % SIDE, Math.floor(i / SIDE)) ? 1 : 0));
  const data = new Uint8Array(SIDE * SIDE * 3);
  truth.forEach((is, pixel) => {
    const pattern = (pixel * 7919) % 23;
    data.set(is === 1 ? [180 + pattern, 90, 60] : [70, 100 + pattern, 120], pixel * 3);
  });
  return { picture: { width: SIDE, height: SIDE, data }, truth: { width: SIDE, height: SIDE, data: truth } };
}

function hint(changes: Partial<Hint> = {}): Hint {
  const square = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    return x > 10 && x < 50 && y > 10 && y < 50 ? 1 : 0;
  });
  const certain = square.map((is) => (is === 1 ? UNDECIDED : CLOSED));
  return { width: SIDE, height: SIDE, certain, guess: square, lean: new Float32Array(SIDE * SIDE), ...changes };
}

describe('a cut', () => {
  const { picture, truth } = disc();

  test('finds what differs in colour, within what is undecided', () => {
    expect(overlap(cutOut(picture, hint(), ROUNDS, check), truth)).toBeGreaterThan(0.97);
  });

  test('leaves what is certain as it is', () => {
    const certain = hint().certain.slice();
    certain.fill(CLOSED, 30 * SIDE + 20, 30 * SIDE + 26);
    certain.fill(OPEN, 5 * SIDE + 5, 5 * SIDE + 9);
    const { data } = cutOut(picture, hint({ certain }), ROUNDS, check);
    expect([...data.subarray(30 * SIDE + 20, 30 * SIDE + 26)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...data.subarray(5 * SIDE + 5, 5 * SIDE + 9)]).toEqual([1, 1, 1, 1]);
  });

  test('follows the leaning where colours say nothing', () => {
    const flat = { ...picture, data: new Uint8Array(picture.data.length).fill(120) };
    const lean = Float32Array.from(truth.data, (is) => (is === 1 ? 60 : -60));
    expect(overlap(cutOut(flat, hint({ lean }), ROUNDS, check), truth)).toBeGreaterThan(0.95);
  });

  test('gives the same bytes each time', () => {
    expect(cutOut(picture, hint(), ROUNDS, check).data).toEqual(cutOut(picture, hint(), ROUNDS, check).data);
  });

  test('is empty where nothing is undecided', () => {
    const certain = new Uint8Array(SIDE * SIDE).fill(CLOSED);
    expect(cutOut(picture, hint({ certain }), ROUNDS, check).data).not.toContain(1);
  });

  test('ends as soon as it is no longer wanted', () => {
    const stop = () => {
      throw new Error('enough');
    };
    expect(() => cutOut(picture, hint(), ROUNDS, stop)).toThrow('enough');
  });
});

test('colours nearby speak for the side that has them', () => {
  const { picture, truth } = disc();
  const { odds, weight } = localOdds(labOf(picture), picture, { area: truth.data, certain: hint().certain }, check);
  const told = [...truth.data.keys()].filter((pixel) => (weight[pixel] ?? 0) > 0);
  expect(told.length).toBeGreaterThan(500);
  const wrong = told.filter((pixel) => (odds[pixel] ?? 0) > 0 !== (truth.data[pixel] === 1));
  expect(wrong.length / told.length).toBeLessThan(0.01);
});

test('a neighbour that is certain pulls to its side, as much as it costs to cut it off', () => {
  const [width, height] = [3, 3];
  const certain = Uint8Array.of(OPEN, UNDECIDED, CLOSED, OPEN, UNDECIDED, UNDECIDED, OPEN, CLOSED, UNDECIDED);
  const plane = { width, height, certain, guess: certain, lean: new Float32Array(9) };
  const links = new Int32Array(9 * 8).fill(10);
  const { terminals } = gridOf(links, plane, new Float32Array(9).fill(2));
  // Three neighbours are open and two closed; one unit of the odds is 64.
  expect(terminals[inFrame(4, width)]).toBe(2 * 64 + 3 * 10 - 2 * 10);
});

describe('corrections', () => {
  const point = [20, 30] as const;

  test('a point is certain, and what is around it leans to its side and is certain of no other', () => {
    const belongs = withCorrections(hint({ certain: new Uint8Array(SIDE * SIDE).fill(CLOSED) }), {
      belongs: [point],
      stays: [],
    });
    const at = (x: number, y: number) => y * SIDE + x;
    expect(belongs.certain[at(20, 30)]).toBe(OPEN);
    expect(belongs.certain[at(25, 30)]).toBe(UNDECIDED);
    expect(belongs.lean[at(25, 30)]).toBeGreaterThan(0);
    expect(belongs.certain[at(40, 30)]).toBe(CLOSED);
    const stays = withCorrections(hint({ certain: new Uint8Array(SIDE * SIDE).fill(OPEN) }), {
      belongs: [],
      stays: [point],
    });
    expect(stays.certain[at(20, 30)]).toBe(CLOSED);
    expect(stays.lean[at(25, 30)]).toBeLessThan(0);
    expect(stays.certain[at(40, 30)]).toBe(OPEN);
  });

  test('points one beside the other are both obeyed', () => {
    const both = withCorrections(hint(), { belongs: [point], stays: [[26, 30]] });
    expect(both.certain[30 * SIDE + 20]).toBe(OPEN);
    expect(both.certain[30 * SIDE + 26]).toBe(CLOSED);
  });
});

describe('colours', () => {
  test('Lab is that of the standard', () => {
    const lab = labOf({ width: 3, height: 1, data: Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0, 0) });
    [100, 0, 0, 53.24, 80.09, 67.2, 0, 0, 0].forEach((value, i) => expect(lab[i]).toBeCloseTo(value, 1));
  });

  test('a mixture tells its own colours from others', () => {
    const { picture, truth } = disc();
    const lab = labOf(picture);
    const pixels = (side: number) => Int32Array.from([...truth.data.keys()].filter((i) => truth.data[i] === side));
    const subject = Mixture.of(lab, pixels(1), { components: 5, floor: 1 });
    const ground = Mixture.of(lab, pixels(0), { components: 5, floor: 1 });
    const cost = (mixture: Mixture, pixel: number) =>
      mixture.cost(lab[pixel * 3]!, lab[pixel * 3 + 1]!, lab[pixel * 3 + 2]!);
    const right = [...truth.data.keys()].filter((i) => cost(subject, i) < cost(ground, i) === (truth.data[i] === 1));
    expect(right.length / truth.data.length).toBeGreaterThan(0.99);
  });

  test('two colours apart are two components, whatever their shares', () => {
    const lab = Float32Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? (i < 30 ? 80 : 20) : 0));
    const mixture = Mixture.of(
      lab,
      Int32Array.from({ length: 100 }, (_, i) => i),
      { components: 2, floor: 1 },
    );
    expect(mixture.cost(80, 0, 0)).toBeLessThan(6);
    expect(mixture.cost(20, 0, 0)).toBeLessThan(4);
    expect(mixture.cost(50, 0, 0)).toBeGreaterThan(20);
  });
});
