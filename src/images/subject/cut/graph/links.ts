import type { Size } from '../../../size.ts';
import { exponential } from '../../pixels/arithmetic.ts';
import { CLOSED, OPEN, UNDECIDED, type Hint } from '../hint.ts';
import { NEIGHBOURS, type FlowGrid } from './grid.ts';

/** Whole units in one unit of cost. */
const UNITS = 64;
/** Cost of a cut between two pixels of one colour. */
const SMOOTHNESS = 50;
const DIAGONAL = Math.SQRT1_2;
/** Least mean of squared differences, so that a flat picture has finite costs. */
const LEAST_CONTRAST = 1e-6;

/** Costs of a cut between neighbours: low where colours differ. From pixel `i` to neighbour `n`: entry `8 * i + n`. */
export function linksOf(lab: Float32Array, { width, height }: Size): Int32Array {
  const steepness = 1 / (2 * Math.max(meanContrast(lab, { width, height }), LEAST_CONTRAST));
  const links = new Int32Array(width * height * 8);
  NEIGHBOURS.forEach(([stepX, stepY], way) => {
    if (way < 4) return;
    const most = UNITS * SMOOTHNESS * (stepX !== 0 && stepY !== 0 ? DIAGONAL : 1);
    const step = stepY * width + stepX;
    for (let y = 0; y < height - stepY; y++) {
      for (let x = Math.max(0, -stepX); x < width - Math.max(0, stepX); x++) {
        const pixel = y * width + x;
        const cost = Math.round(most * exponential(-steepness * contrast(lab, pixel, pixel + step)));
        links[pixel * 8 + way] = cost;
        links[(pixel + step) * 8 + way - 4] = cost;
      }
    }
  });
  return links;
}

/**
 * The grid of the undecided pixels, with a frame around it. A neighbour that is certain counts as a terminal, so that the
 * cut is that of the whole picture while only undecided pixels are searched.
 * @param odds logarithm of the odds that each pixel belongs, of colour and hint together
 */
export function gridOf(links: Int32Array, { width, height, certain }: Hint, odds: Float32Array): FlowGrid {
  const steps = NEIGHBOURS.map(([x, y]) => y * width + x);
  const grid = { width: width + 2, height: height + 2 };
  const framed = {
    links: new Int32Array(grid.width * grid.height * 8),
    terminals: new Int32Array(grid.width * grid.height),
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      if (certain[pixel] !== UNDECIDED) continue;
      const place = inFrame(pixel, width);
      let terminal = Math.round(UNITS * (odds[pixel] ?? 0));
      for (let way = 0; way < NEIGHBOURS.length; way++) {
        const link = links[pixel * 8 + way] ?? 0;
        if (link === 0) continue;
        const side = certain[pixel + (steps[way] ?? 0)];
        if (side === OPEN) terminal += link;
        else if (side === CLOSED) terminal -= link;
        else framed.links[place * 8 + way] = link;
      }
      framed.terminals[place] = terminal;
    }
  }
  return { ...grid, ...framed };
}

/** The place of a pixel in the grid, which has a frame around all pixels. */
export function inFrame(pixel: number, width: number): number {
  const x = pixel % width;
  return ((pixel - x) / width + 1) * (width + 2) + x + 1;
}

/** Mean of squared differences between pixels that are side by side or one above the other. */
function meanContrast(lab: Float32Array, { width, height }: Size): number {
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      if (x > 0) sum += contrast(lab, pixel, pixel - 1);
      if (y > 0) sum += contrast(lab, pixel, pixel - width);
    }
  }
  return sum / Math.max(1, 2 * width * height - width - height);
}

function contrast(lab: Float32Array, pixel: number, other: number): number {
  const l = (lab[pixel * 3] ?? 0) - (lab[other * 3] ?? 0);
  const a = (lab[pixel * 3 + 1] ?? 0) - (lab[other * 3 + 1] ?? 0);
  const b = (lab[pixel * 3 + 2] ?? 0) - (lab[other * 3 + 2] ?? 0);
  return l * l + a * a + b * b;
}
