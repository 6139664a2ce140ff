/** A queue of pixels, first in, first out, in which each pixel is at most once. */
export class PixelQueue {
  readonly #pixels: Int32Array;
  readonly #isWaiting: Uint8Array;
  #first = 0;
  #next = 0;

  /** @param count of the pixels that there are */
  constructor(count: number) {
    this.#pixels = new Int32Array(count + 1);
    this.#isWaiting = new Uint8Array(count);
  }

  /** Adds a pixel that does not wait already. */
  add(pixel: number): void {
    if (this.#isWaiting[pixel] !== 0) return;
    this.#isWaiting[pixel] = 1;
    this.#pixels[this.#next] = pixel;
    this.#next = this.#after(this.#next);
  }

  take(): number | undefined {
    if (this.#first === this.#next) return undefined;
    const pixel = this.#pixels[this.#first] ?? 0;
    this.#first = this.#after(this.#first);
    this.#isWaiting[pixel] = 0;
    return pixel;
  }

  #after(place: number): number {
    return place + 1 === this.#pixels.length ? 0 : place + 1;
  }
}
