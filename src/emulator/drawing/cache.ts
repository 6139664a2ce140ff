import type { Draw } from './draw.ts';
import type { PictureSpec } from './picture.ts';

/** Encoded pictures that are kept: enough for one page of results that is fetched twice. */
const MAX_CACHED = 8;

/** Encoded pictures, drawn on first use. Only the latest few are kept: drawing again gives identical bytes. */
export class PictureCache {
  readonly #drawn = new Map<string, Promise<Uint8Array>>();
  readonly #draw: Draw;

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  /** The encoded picture; concurrent calls share one drawing. Rejects as drawing does (`PictureGone`). */
  get(id: string, spec: PictureSpec): Promise<Uint8Array> {
    const drawn = this.#drawn.get(id) ?? this.#draw(spec);
    this.#drawn.delete(id);
    this.#drawn.set(id, drawn);
    drawn.catch(() => this.#drawn.delete(id));
    const [oldest] = this.#drawn.keys();
    if (this.#drawn.size > MAX_CACHED && oldest !== undefined) this.#drawn.delete(oldest);
    return drawn;
  }

  clear(): void {
    this.#drawn.clear();
  }
}
