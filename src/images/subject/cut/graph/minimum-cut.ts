import type { Check } from '../../types.ts';
import { NEIGHBOURS, type FlowGrid } from './grid.ts';
import { PixelQueue } from './pixel-queue.ts';

/** Trees to which a pixel belongs. */
const [FREE, OF_SOURCE, OF_SINK] = [0, 1, 2];
/** Values of a pixel's parent that are no neighbour. */
const [TERMINAL, ORPHAN, NONE] = [8, 9, 10];
const WAYS = NEIGHBOURS.length;
const FAR = 0x7fffffff;
/** Pixels between two calls of `check`: about a millisecond of work. */
const PIXELS_BETWEEN_CHECKS = 2048;

/** The cheapest cut between source and sink. */
export interface MinimumCut {
  /** 1 for each pixel on the side of the source, 0 for all others. */
  readonly side: Uint8Array;
  /** Cost of the cut, which is what flows. */
  readonly flow: number;
}

/**
 * Finds the cheapest cut as the maximum flow, by two search trees that are kept from path to path (Boykov and Kolmogorov,
 * "An Experimental Comparison of Min-Cut/Max-Flow Algorithms for Energy Minimization in Vision", 2004).
 * @param grid its capacities are used up
 */
export function minimumCut({ width, height, links, terminals }: FlowGrid, check: Check): MinimumCut {
  const count = width * height;
  const offsets = Int32Array.from(NEIGHBOURS, ([x, y]) => y * width + x);
  const trees = new Uint8Array(count);
  /** Neighbour by which a pixel hangs on its tree. */
  const parents = new Uint8Array(count).fill(NONE);
  /** Steps to the terminal, and the path at which they were counted. */
  const depths = new Int32Array(count);
  const counted = new Int32Array(count);
  const active = new PixelQueue(count);
  const orphans = new PixelQueue(count);
  let path = 0;
  let flow = 0;

  /** What still fits between a pixel and its neighbour in the direction of flow within a tree: away from its terminal. */
  function outwards(tree: number, pixel: number, way: number): number {
    if (tree === OF_SOURCE) return links[pixel * 8 + way] ?? 0;
    return links[(pixel + (offsets[way] ?? 0)) * 8 + opposite(way)] ?? 0;
  }

  function send(pixel: number, way: number, amount: number): number {
    const back = (pixel + (offsets[way] ?? 0)) * 8 + opposite(way);
    links[back] = (links[back] ?? 0) + amount;
    const left = (links[pixel * 8 + way] ?? 0) - amount;
    links[pixel * 8 + way] = left;
    return left;
  }

  function makeOrphan(pixel: number): void {
    parents[pixel] = ORPHAN;
    orphans.add(pixel);
  }

  /** What fits through the branch between a pixel and its terminal, at most `most`. */
  function narrowest(tree: number, pixel: number, most: number): number {
    let least = most;
    let at = pixel;
    for (let way = parents[at] ?? NONE; way < WAYS; way = parents[at] ?? NONE) {
      at += offsets[way] ?? 0;
      least = Math.min(least, outwards(tree, at, opposite(way)));
    }
    return Math.min(least, Math.abs(terminals[at] ?? 0));
  }

  /** Sends flow through a branch. What hangs on something that is full becomes an orphan. */
  function fill(tree: number, pixel: number, amount: number): void {
    let at = pixel;
    for (let way = parents[at] ?? NONE; way < WAYS; way = parents[at] ?? NONE) {
      const parent = at + (offsets[way] ?? 0);
      const left = tree === OF_SOURCE ? send(parent, opposite(way), amount) : send(at, way, amount);
      if (left === 0) makeOrphan(at);
      at = parent;
    }
    const left = (terminals[at] ?? 0) + (tree === OF_SOURCE ? -amount : amount);
    terminals[at] = left;
    if (left === 0) makeOrphan(at);
  }

  /** Sends what fits from the source to a pixel, over a link, and on to the sink. */
  function augment(pixel: number, way: number): void {
    const other = pixel + (offsets[way] ?? 0);
    const link = links[pixel * 8 + way] ?? 0;
    const amount = narrowest(OF_SINK, other, narrowest(OF_SOURCE, pixel, link));
    send(pixel, way, amount);
    fill(OF_SOURCE, pixel, amount);
    fill(OF_SINK, other, amount);
    flow += amount;
  }

  /** Steps from a pixel to its terminal; `FAR` where its branch ends in an orphan. */
  function depthOf(pixel: number): number {
    let steps = 0;
    for (let at = pixel; ;) {
      if (counted[at] === path) {
        steps += depths[at] ?? 0;
        break;
      }
      steps++;
      const way = parents[at] ?? NONE;
      if (way === TERMINAL) break;
      if (way >= WAYS) return FAR;
      at += offsets[way] ?? 0;
    }
    for (let at = pixel, left = steps; counted[at] !== path; left--) {
      counted[at] = path;
      depths[at] = left;
      if (left > 1) at += offsets[parents[at] ?? 0] ?? 0;
    }
    return steps;
  }

  /** Finds another parent for an orphan, the one nearest to the terminal, or frees it and orphans its children. */
  function adopt(orphan: number): void {
    const tree = trees[orphan] ?? FREE;
    let best: number = NONE;
    let least = FAR;
    for (let way = 0; way < WAYS; way++) {
      const other = orphan + (offsets[way] ?? 0);
      if (trees[other] !== tree || outwards(tree, other, opposite(way)) === 0) continue;
      const depth = depthOf(other);
      if (depth >= least) continue;
      best = way;
      least = depth;
    }
    if (best !== NONE) {
      parents[orphan] = best;
      counted[orphan] = path;
      depths[orphan] = least + 1;
      return;
    }
    for (let way = 0; way < WAYS; way++) {
      const other = orphan + (offsets[way] ?? 0);
      if (trees[other] !== tree) continue;
      if (outwards(tree, other, opposite(way)) > 0) active.add(other);
      if (parents[other] === opposite(way)) makeOrphan(other);
    }
    trees[orphan] = FREE;
    parents[orphan] = NONE;
  }

  /** Grows a tree from a pixel. @returns the way on which it met the other tree */
  function grow(pixel: number): number | undefined {
    const tree = trees[pixel] ?? FREE;
    for (let way = 0; way < WAYS; way++) {
      if (outwards(tree, pixel, way) === 0) continue;
      const other = pixel + (offsets[way] ?? 0);
      const theirs = trees[other] ?? FREE;
      if (theirs !== FREE && theirs !== tree) return way;
      const isNearer = (counted[other] ?? 0) <= (counted[pixel] ?? 0) && (depths[other] ?? 0) > (depths[pixel] ?? 0);
      if (theirs === tree && (!isNearer || parents[other] === TERMINAL)) continue;
      if (theirs === FREE) active.add(other);
      trees[other] = tree;
      parents[other] = opposite(way);
      counted[other] = counted[pixel] ?? 0;
      depths[other] = (depths[pixel] ?? 0) + 1;
    }
    return undefined;
  }

  for (let pixel = 0; pixel < count; pixel++) {
    const terminal = terminals[pixel] ?? 0;
    if (terminal === 0) continue;
    trees[pixel] = terminal > 0 ? OF_SOURCE : OF_SINK;
    parents[pixel] = TERMINAL;
    depths[pixel] = 1;
    active.add(pixel);
  }
  for (let pixel = active.take(), taken = 1; pixel !== undefined; pixel = active.take(), taken++) {
    if (taken % PIXELS_BETWEEN_CHECKS === 0) check();
    while (trees[pixel] !== FREE) {
      const way = grow(pixel);
      if (way === undefined) break;
      path++;
      if (trees[pixel] === OF_SOURCE) augment(pixel, way);
      else augment(pixel + (offsets[way] ?? 0), opposite(way));
      for (let orphan = orphans.take(); orphan !== undefined; orphan = orphans.take()) adopt(orphan);
    }
  }
  return { side: trees.map((tree) => (tree === OF_SOURCE ? 1 : 0)), flow };
}

function opposite(way: number): number {
  return (way + 4) & 7;
}
