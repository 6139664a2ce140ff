import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NEIGHBOURS, type FlowGrid } from '../../../../../src/images/subject/cut/graph/grid.ts';
import { minimumCut } from '../../../../../src/images/subject/cut/graph/minimum-cut.ts';

const opposite = (way: number) => (way + 4) % 8;
const check = () => {};

/** Sides of a grid with its frame, and enough numbers for all capacities; a third of the links are closed. */
const grids = fc.tuple(fc.integer({ min: 3, max: 9 }), fc.integer({ min: 3, max: 9 })).chain(([width, height]) => {
  const capacity = fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(15) });
  const count = width * height;
  return fc.record({
    width: fc.constant(width),
    height: fc.constant(height),
    links: fc.array(capacity, { minLength: count * 8, maxLength: count * 8 }),
    terminals: fc.array(fc.integer({ min: -20, max: 20 }), { minLength: count, maxLength: count }),
  });
});

function framed(given: { width: number; height: number; links: number[]; terminals: number[] }): FlowGrid {
  const { width, height } = given;
  const isInside = (x: number, y: number) => x > 0 && y > 0 && x < width - 1 && y < height - 1;
  const links = Int32Array.from(given.links, (capacity, entry) => {
    const [x, y] = [(entry >> 3) % width, Math.floor((entry >> 3) / width)];
    const [stepX, stepY] = NEIGHBOURS[entry & 7]!;
    return isInside(x, y) && isInside(x + stepX, y + stepY) ? capacity : 0;
  });
  const terminals = Int32Array.from(given.terminals, (capacity, pixel) =>
    isInside(pixel % width, Math.floor(pixel / width)) ? capacity : 0,
  );
  return { width, height, links, terminals };
}

/** Maximum flow by shortest paths (Edmonds and Karp), as plainly as it can be said. */
function plainMaximumFlow({ width, height, links, terminals }: FlowGrid): number {
  const count = width * height;
  const [source, sink] = [count, count + 1];
  const left = Array.from({ length: count + 2 }, () => new Map<number, number>());
  const add = (from: number, to: number, capacity: number) => {
    left[from]!.set(to, (left[from]!.get(to) ?? 0) + capacity);
    if (!left[to]!.has(from)) left[to]!.set(from, 0);
  };
  for (let pixel = 0; pixel < count; pixel++) {
    NEIGHBOURS.forEach(([x, y], way) => {
      const capacity = links[pixel * 8 + way]!;
      if (capacity > 0) add(pixel, pixel + y * width + x, capacity);
    });
    const terminal = terminals[pixel]!;
    if (terminal > 0) add(source, pixel, terminal);
    if (terminal < 0) add(pixel, sink, -terminal);
  }
  for (let flow = 0; ;) {
    const cameFrom = new Map([[source, source]]);
    const queue = [source];
    for (const at of queue) {
      for (const [to, capacity] of left[at]!) {
        if (capacity === 0 || cameFrom.has(to)) continue;
        cameFrom.set(to, at);
        queue.push(to);
      }
    }
    if (!cameFrom.has(sink)) return flow;
    const path: (readonly [number, number])[] = [];
    for (let at = sink; at !== source; at = cameFrom.get(at)!) path.push([cameFrom.get(at)!, at]);
    const amount = Math.min(...path.map(([from, to]) => left[from]!.get(to)!));
    for (const [from, to] of path) {
      left[from]!.set(to, left[from]!.get(to)! - amount);
      left[to]!.set(from, left[to]!.get(from)! + amount);
    }
    flow += amount;
  }
}

/** What the capacities from the side of the source to that of the sink add up to. */
function costOf(side: Uint8Array, { width, links, terminals }: FlowGrid): number {
  let cost = 0;
  side.forEach((isSource, pixel) => {
    const terminal = terminals[pixel]!;
    if (isSource === 1 ? terminal < 0 : terminal > 0) cost += Math.abs(terminal);
    if (isSource === 0) return;
    NEIGHBOURS.forEach(([x, y], way) => {
      if (links[pixel * 8 + way]! > 0 && side[pixel + y * width + x] === 0) cost += links[pixel * 8 + way]!;
    });
  });
  return cost;
}

describe('the cheapest cut', () => {
  test('costs what a plain maximum flow finds, on any grid', () => {
    fc.assert(
      fc.property(grids, (given) => {
        const grid = framed(given);
        const { side, flow } = minimumCut(
          { ...grid, links: grid.links.slice(), terminals: grid.terminals.slice() },
          check,
        );
        expect(flow).toBe(plainMaximumFlow(grid));
        expect(costOf(side, grid)).toBe(flow);
      }),
      { numRuns: 300 },
    );
  });

  test('ways to neighbours are opposite four apart', () => {
    NEIGHBOURS.forEach(([x, y], way) => {
      const [backX, backY] = NEIGHBOURS[opposite(way)]!;
      expect([backX + x, backY + y]).toEqual([0, 0]);
    });
  });

  test('is given up as soon as it is no longer wanted', () => {
    const side = 300;
    const inside = (pixel: number) =>
      pixel % side > 0 && pixel % side < side - 1 && pixel > side && pixel < side * (side - 1);
    const grid = {
      width: side,
      height: side,
      links: Int32Array.from({ length: side * side * 8 }, (_, entry) => {
        const [x, y] = NEIGHBOURS[entry & 7]!;
        return inside(entry >> 3) && inside((entry >> 3) + y * side + x) ? 5 : 0;
      }),
      terminals: Int32Array.from({ length: side * side }, (_, pixel) =>
        inside(pixel) ? ((pixel * 7919) % 41) - 20 : 0,
      ),
    };
    let calls = 0;
    const stop = () => {
      calls++;
      if (calls === 3) throw new Error('enough');
    };
    expect(() => minimumCut(grid, stop)).toThrow('enough');
    expect(calls).toBe(3);
  });
});
