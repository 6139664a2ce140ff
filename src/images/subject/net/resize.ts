import type { Tensor } from './read-model.ts';

/** Enlarges a tensor by linear interpolation between the middles of its pixels. */
export function resizeLinear(picture: Tensor, width: number, height: number): Tensor {
  const [, rows = 0, columns = 0, channels = 0] = picture.shape;
  const across = places(columns, width);
  const down = places(rows, height);
  const { data } = picture;
  const result = new Float32Array(width * height * channels);
  let at = 0;
  for (const { first: above, second: below, part: v } of down) {
    for (const { first: left, second: right, part: u } of across) {
      for (let c = 0; c < channels; c++) {
        const aboveLeft = data[(above * columns + left) * channels + c] ?? 0;
        const aboveRight = data[(above * columns + right) * channels + c] ?? 0;
        const belowLeft = data[(below * columns + left) * channels + c] ?? 0;
        const belowRight = data[(below * columns + right) * channels + c] ?? 0;
        const upper = aboveLeft + (aboveRight - aboveLeft) * u;
        const lower = belowLeft + (belowRight - belowLeft) * u;
        result[at++] = upper + (lower - upper) * v;
      }
    }
  }
  return { shape: [1, height, width, channels], data: result };
}

/** For each place of the result, the two places on both sides of it, and its part of the way. */
function places(from: number, to: number): readonly { first: number; second: number; part: number }[] {
  return Array.from({ length: to }, (_, i) => {
    const place = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const first = Math.floor(place);
    return { first, second: Math.min(first + 1, from - 1), part: place - first };
  });
}
