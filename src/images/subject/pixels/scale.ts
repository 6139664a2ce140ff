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
  const sums = new Float64Array(width * 3);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    const end = down.starts[y + 1] ?? 0;
    for (let i = down.starts[y] ?? 0; i < end; i++) {
      const row = region.top + (down.places[i] ?? 0);
      if (i % ROWS_BETWEEN_CHECKS === 0) check();
      addRow(sums, down.shares[i] ?? 0, { data: picture.data, from: row * picture.width + region.left, across });
    }
    for (let k = 0; k < sums.length; k++) scaled[y * width * 3 + k] = Math.floor((sums[k] ?? 0) + 0.5);
  }
  return { width, height, data: scaled };
}

interface Row {
  readonly data: Uint8Array;
  /** First pixel of the row in its data. */
  readonly from: number;
  readonly across: Shares;
}

/** Adds a share of a row, scaled across. This loop sees every pixel of the picture. */
function addRow(sums: Float64Array, share: number, { data, from, across: { starts, places, shares } }: Row): void {
  const width = starts.length - 1;
  for (let x = 0; x < width; x++) {
    let red = 0;
    let green = 0;
    let blue = 0;
    const end = starts[x + 1] ?? 0;
    for (let i = starts[x] ?? 0; i < end; i++) {
      const at = (from + (places[i] ?? 0)) * 3;
      const part = shares[i] ?? 0;
      red += (data[at] ?? 0) * part;
      green += (data[at + 1] ?? 0) * part;
      blue += (data[at + 2] ?? 0) * part;
    }
    const at = x * 3;
    sums[at] = (sums[at] ?? 0) + red * share;
    sums[at + 1] = (sums[at + 1] ?? 0) + green * share;
    sums[at + 2] = (sums[at + 2] ?? 0) + blue * share;
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
