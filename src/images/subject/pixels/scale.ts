import type { Size } from '../../size.ts';
import type { Check, Region, RgbPicture } from '../types.ts';

/** Rows of the picture between two calls of `check`, so that some milliseconds of work are between them. */
const ROWS_BETWEEN_CHECKS = 64;

/**
 * A region of a picture at another size: every pixel is the mean of what it covers, or, where the region is enlarged, between
 * its neighbours. Own code, since a library's result may differ between processors in the last bit, and so a mask.
 */
export function scalePicture(picture: RgbPicture, region: Region, { width, height }: Size, check: Check): RgbPicture {
  const across = sharesOf(region.width, width);
  const down = sharesOf(region.height, height);
  const scaled = new Uint8Array(width * height * 3);
  const line = new Float64Array(width * 3);
  const sums = new Float64Array(width * 3);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    const end = down.starts[y + 1] ?? 0;
    for (let i = down.starts[y] ?? 0; i < end; i++) {
      const row = region.top + (down.places[i] ?? 0);
      if (i % ROWS_BETWEEN_CHECKS === 0) check();
      scaleLine(picture.data, (row * picture.width + region.left) * 3, across, line);
      const share = down.shares[i] ?? 0;
      for (let k = 0; k < sums.length; k++) sums[k] = (sums[k] ?? 0) + (line[k] ?? 0) * share;
    }
    for (let k = 0; k < sums.length; k++) scaled[y * width * 3 + k] = Math.floor((sums[k] ?? 0) + 0.5);
  }
  return { width, height, data: scaled };
}

function scaleLine(data: Uint8Array, from: number, { starts, places, shares }: Shares, line: Float64Array): void {
  for (let x = 0; x * 3 < line.length; x++) {
    let [red, green, blue] = [0, 0, 0];
    const end = starts[x + 1] ?? 0;
    for (let i = starts[x] ?? 0; i < end; i++) {
      const at = from + (places[i] ?? 0) * 3;
      const share = shares[i] ?? 0;
      red += (data[at] ?? 0) * share;
      green += (data[at + 1] ?? 0) * share;
      blue += (data[at + 2] ?? 0) * share;
    }
    line[x * 3] = red;
    line[x * 3 + 1] = green;
    line[x * 3 + 2] = blue;
  }
}

/** What each new place takes from which old ones: entries `starts[i]` to `starts[i + 1]`. */
interface Shares {
  readonly starts: Int32Array;
  readonly places: Int32Array;
  readonly shares: Float64Array;
}

function sharesOf(from: number, to: number): Shares {
  const places: number[] = [];
  const shares: number[] = [];
  const starts = new Int32Array(to + 1);
  const scale = from / to;
  for (let i = 0; i < to; i++) {
    if (scale >= 1) {
      const [begin, end] = [i * scale, Math.min((i + 1) * scale, from)];
      for (let place = Math.floor(begin); place < end; place++) {
        places.push(place);
        shares.push((Math.min(place + 1, end) - Math.max(place, begin)) / (end - begin));
      }
    } else {
      const middle = Math.min(Math.max((i + 0.5) * scale - 0.5, 0), from - 1);
      const first = Math.floor(middle);
      places.push(first, Math.min(first + 1, from - 1));
      shares.push(1 - (middle - first), middle - first);
    }
    starts[i + 1] = places.length;
  }
  return { starts, places: Int32Array.from(places), shares: Float64Array.from(shares) };
}
