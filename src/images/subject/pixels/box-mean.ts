/**
 * Replaces each number by the mean of the square around it; what is outside of the plane does not count.
 * @param plane `width * height` numbers, written to
 * @param radius the square has `2 * radius + 1` numbers a side
 */
export function boxMean(plane: Float32Array, width: number, height: number, radius: number): void {
  const line = new Float64Array(Math.max(width, height));
  for (let y = 0; y < height; y++) meanAlong(plane, y * width, 1, width, radius, line);
  for (let x = 0; x < width; x++) meanAlong(plane, x, width, height, radius, line);
}

function meanAlong(
  plane: Float32Array,
  start: number,
  step: number,
  length: number,
  radius: number,
  line: Float64Array,
): void {
  for (let i = 0; i < length; i++) line[i] = plane[start + i * step] ?? 0;
  let sum = 0;
  let count = Math.min(radius, length);
  for (let i = 0; i < count; i++) sum += line[i] ?? 0;
  for (let i = 0; i < length; i++) {
    if (i + radius < length) {
      sum += line[i + radius] ?? 0;
      count++;
    }
    if (i > radius) {
      sum -= line[i - radius - 1] ?? 0;
      count--;
    }
    plane[start + i * step] = sum / count;
  }
}
