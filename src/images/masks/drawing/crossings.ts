/** Steps in a pixel; the x of a crossing is rounded to one. */
export const STEPS_PER_PIXEL = 256;

/** Up to this number of crossings an insertion sort beats the sort of `Float64Array`. */
const INSERTION_SORT_LIMIT = 24;

/**
 * The points where one horizontal line enters and leaves an area, from left to right. Each crossing winds the line into
 * (+1) or out of (-1) the area; the line is inside while its winding is not zero.
 */
export class Crossings {
  readonly #farthest: number;
  /** Twice the x in steps, plus 1 where the line enters, so that sorting needs numbers only. */
  #keys = new Float64Array(64);
  #count = 0;

  /** @param width of the picture in pixels; crossings beyond it are moved to its edge */
  constructor(width: number) {
    this.#farthest = width * STEPS_PER_PIXEL;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Adds a crossing at `x` pixels. */
  add(x: number, winding: 1 | -1): void {
    this.#addSteps(Math.min(Math.max(Math.round(x * STEPS_PER_PIXEL), 0), this.#farthest), winding);
  }

  /** Adds the span from `left` to `right`, in pixels. */
  addSpan(left: number, right: number): void {
    if (right <= left) return;
    this.add(left, 1);
    this.add(right, -1);
  }

  /** Adds the spans inside `others`. */
  addInside(others: Crossings): void {
    others.forEachSpan((left, right) => {
      this.#addSteps(left, 1);
      this.#addSteps(right, -1);
    });
  }

  /** Visits the spans inside, from left to right, in steps of a pixel; spans that touch are one. */
  forEachSpan(visit: (left: number, right: number) => void): void {
    this.#sort();
    let winding = 0;
    let left = 0;
    for (let i = 0; i < this.#count; i++) {
      const key = this.#keys[i] ?? 0;
      const enters = key % 2;
      const steps = (key - enters) / 2;
      if (winding === 0) left = steps;
      winding += enters === 1 ? 1 : -1;
      if (winding === 0 && steps > left) visit(left, steps);
    }
  }

  #addSteps(steps: number, winding: 1 | -1): void {
    if (this.#count === this.#keys.length) this.#enlarge();
    this.#keys[this.#count++] = steps * 2 + (winding === 1 ? 1 : 0);
  }

  #sort(): void {
    if (this.#count > INSERTION_SORT_LIMIT) {
      this.#keys.subarray(0, this.#count).sort();
      return;
    }
    const keys = this.#keys;
    for (let i = 1; i < this.#count; i++) {
      const key = keys[i] ?? 0;
      let at = i - 1;
      for (; at >= 0 && (keys[at] ?? 0) > key; at--) keys[at + 1] = keys[at] ?? 0;
      keys[at + 1] = key;
    }
  }

  #enlarge(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    keys.set(this.#keys);
    this.#keys = keys;
  }
}
