import type { Mask } from '../../masks/mask.ts';
import { halfOf, resample } from '../cut/resample.ts';
import type { Area, Check, PictureSource, Region, RgbPicture } from '../types.ts';
import { COEFFICIENTS, guideTile, RADIUS } from './guided-filter.ts';
import { INSIDE, NEAR, OUTSIDE, surroundings } from './near-edge.ts';

/** Longer side at which edges are searched, pixels. */
const EDGE_SIDE = 1024;
/** Rows of the picture that are worked on at once, so that a strip takes little memory. */
const STRIP = 64;
/** Side of the tiles in which the relation of alpha and colours is found: their planes fit into the processor's cache. */
const TILE = 64;
/** How much steeper an edge becomes than the filter gives it, since the area's own edge was made hard before. */
const CONTRAST = 1.6;
/** Pixels around the edge whose alpha may be neither 0 nor 1. */
const REACH = 2 * RADIUS + 1;

/**
 * Finds the soft edges of an area at the full size of its picture. How alpha follows colours is found in a smaller copy, and
 * that relation is then applied to the picture's own pixels, in strips.
 * @param region the part of the picture that the area covers
 * @returns alpha of the region, at full size
 * @throws what `check` throws
 */
export async function softEdges(
  source: PictureSource,
  { region, area }: { readonly region: Region; readonly area: Area },
  check: Check,
): Promise<Mask> {
  const scale = Math.min(1, EDGE_SIDE / Math.max(region.width, region.height));
  const size = {
    width: Math.max(1, Math.round(region.width * scale)),
    height: Math.max(1, Math.round(region.height * scale)),
  };
  const copy = await source.copy(region, size);
  const hard = halfOf(resample(area, size));
  check();
  const kinds = surroundings(hard, REACH);
  const coefficients = coefficientsOf(copy, hard, kinds, check);
  const alpha = { width: region.width, height: region.height, data: new Uint8Array(region.width * region.height) };
  for (let from = 0; from < region.height; from += STRIP) {
    check();
    const to = Math.min(from + STRIP, region.height);
    applyTo(alpha, source.rows(region, from, to), from, { ...size, kinds, coefficients });
  }
  return alpha;
}

/** The relation near edges, found tile by tile; elsewhere it is left 0, where alpha is known without it. */
function coefficientsOf(copy: RgbPicture, area: Area, kinds: Uint8Array, check: Check): Float32Array {
  const { width, height } = copy;
  const coefficients = new Float32Array(width * height * COEFFICIENTS);
  for (let top = 0; top < height; top += TILE) {
    for (let left = 0; left < width; left += TILE) {
      check();
      const tile = { left, top, width: Math.min(TILE, width - left), height: Math.min(TILE, height - top) };
      if (isNearEdge(kinds, width, tile)) guideTile(copy, area, tile, coefficients);
    }
  }
  return coefficients;
}

/** Whether an edge is near in a tile, or right above or left of it: between that and the tile is interpolated. */
function isNearEdge(kinds: Uint8Array, width: number, tile: Region): boolean {
  const left = Math.max(tile.left - 1, 0);
  for (let y = Math.max(tile.top - 1, 0); y < tile.top + tile.height; y++) {
    if (kinds.subarray(y * width + left, y * width + tile.left + tile.width).includes(NEAR)) return true;
  }
  return false;
}

/** How alpha follows colours in a smaller copy. */
interface Relation {
  readonly width: number;
  readonly height: number;
  readonly kinds: Uint8Array;
  readonly coefficients: Float32Array;
}

/** Writes the alpha of a strip of rows, the first of which is row `top` of the region. */
function applyTo(alpha: Mask, strip: RgbPicture, top: number, relation: Relation): void {
  const { width, height, kinds, coefficients } = relation;
  const scaleX = width / alpha.width;
  const scaleY = height / alpha.height;
  const between = new Float64Array(width * COEFFICIENTS);
  for (let row = 0; row < strip.height; row++) {
    const y = Math.min(Math.max((top + row + 0.5) * scaleY - 0.5, 0), height - 1);
    const above = Math.floor(y);
    const below = Math.min(above + 1, height - 1);
    const rowKinds = kinds.subarray(above * width, (above + 1) * width);
    const target = alpha.data.subarray((top + row) * alpha.width, (top + row + 1) * alpha.width);
    if (!rowKinds.includes(NEAR)) {
      if (rowKinds.includes(INSIDE)) target.fill(255);
      continue;
    }
    interpolateRows(coefficients, above * width * COEFFICIENTS, below * width * COEFFICIENTS, y - above, between);
    for (let column = 0; column < alpha.width; column++) {
      const x = Math.min(Math.max((column + 0.5) * scaleX - 0.5, 0), width - 1);
      const left = Math.floor(x);
      const kind = rowKinds[left];
      if (kind === OUTSIDE) continue;
      if (kind === INSIDE) {
        target[column] = 255;
        continue;
      }
      const at = (row * strip.width + column) * 3;
      const value = follow(between, left, Math.min(left + 1, width - 1), x - left, strip.data, at);
      target[column] = Math.min(Math.max((value - 0.5) * CONTRAST + 0.5, 0), 1) * 255 + 0.5;
    }
  }
}

function interpolateRows(from: Float32Array, above: number, below: number, part: number, to: Float64Array): void {
  for (let i = 0; i < to.length; i++) {
    const upper = from[above + i] ?? 0;
    to[i] = upper + ((from[below + i] ?? 0) - upper) * part;
  }
}

/** Alpha by the colours of the pixel at `at`, between the relations of two columns. */
function follow(row: Float64Array, left: number, right: number, part: number, data: Uint8Array, at: number): number {
  const l = left * COEFFICIENTS;
  const r = right * COEFFICIENTS;
  const red = (data[at] ?? 0) / 255;
  const green = (data[at + 1] ?? 0) / 255;
  const blue = (data[at + 2] ?? 0) / 255;
  const a = (row[l] ?? 0) * red + (row[l + 1] ?? 0) * green + (row[l + 2] ?? 0) * blue + (row[l + 3] ?? 0);
  const b = (row[r] ?? 0) * red + (row[r + 1] ?? 0) * green + (row[r + 2] ?? 0) * blue + (row[r + 3] ?? 0);
  return a + (b - a) * part;
}
