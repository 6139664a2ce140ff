import type { Draw } from './draw.ts';
import type { PictureSpec } from './picture.ts';

/** Encoded pictures that are kept: enough for one page of results that is fetched twice. */
const MAX_CACHED = 8;
/**
 * Pictures that are drawn at once, in the order in which they were asked for. Were all that a batch downloads drawn at once,
 * on a slow machine none would be there before its reader gives up, and the same again at the next try, for ever.
 */
const AT_ONCE = 2;

/** Encoded pictures, drawn on first use. Only the latest few are kept: drawing again gives identical bytes. */
export class PictureCache {
  readonly #drawn = new Map<string, Promise<Uint8Array>>();
  /** Pictures that are drawn or wait for it: what is asked for again meanwhile is not drawn twice. */
  readonly #drawing = new Map<string, Promise<Uint8Array>>();
  readonly #waiting: (() => void)[] = [];
  readonly #draw: Draw;
  #free = AT_ONCE;

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  /** The encoded picture; concurrent calls share one drawing. Rejects as drawing does (`PictureGone`). */
  get(id: string, spec: PictureSpec): Promise<Uint8Array> {
    const drawing = this.#drawing.get(id);
    if (drawing !== undefined) return drawing;
    const drawn = this.#drawn.get(id);
    if (drawn !== undefined) {
      this.#keep(id, drawn);
      return drawn;
    }
    const begun = this.#inTurn(spec);
    this.#drawing.set(id, begun);
    begun.then(
      () => {
        // Of what was cleared meanwhile nothing is kept.
        if (this.#drawing.get(id) !== begun) return;
        this.#drawing.delete(id);
        this.#keep(id, begun);
      },
      () => {
        if (this.#drawing.get(id) === begun) this.#drawing.delete(id);
      },
    );
    return begun;
  }

  clear(): void {
    this.#drawn.clear();
    this.#drawing.clear();
  }

  /** As the latest one; the oldest one goes where there are too many. */
  #keep(id: string, drawn: Promise<Uint8Array>): void {
    this.#drawn.delete(id);
    this.#drawn.set(id, drawn);
    const [oldest] = this.#drawn.keys();
    if (this.#drawn.size > MAX_CACHED && oldest !== undefined) this.#drawn.delete(oldest);
  }

  async #inTurn(spec: PictureSpec): Promise<Uint8Array> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free -= 1;
    try {
      return await this.#draw(spec);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
