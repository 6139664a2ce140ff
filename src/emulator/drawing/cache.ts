import type { PictureSpec } from './picture.ts';

/** How many encoded pictures are kept: a page of results that is fetched twice. */
const MOST = 8;

/** Pictures, drawn when they are first asked for. The newest few are kept; others are drawn again, the same. */
export class PictureCache {
  readonly #drawn = new Map<string, Promise<Uint8Array>>();

  /** The encoded picture. Asking twice at once draws once. */
  get(id: string, spec: PictureSpec): Promise<Uint8Array> {
    const drawn = this.#drawn.get(id) ?? draw(spec);
    this.#drawn.delete(id);
    this.#drawn.set(id, drawn);
    drawn.catch(() => this.#drawn.delete(id));
    const [oldest] = this.#drawn.keys();
    if (this.#drawn.size > MOST && oldest !== undefined) this.#drawn.delete(oldest);
    return drawn;
  }

  clear(): void {
    this.#drawn.clear();
  }
}

async function draw(spec: PictureSpec): Promise<Uint8Array> {
  if (spec.edit) {
    const { drawEdit } = await import('./edit.ts');
    return drawEdit(spec, spec.edit);
  }
  const { drawPicture } = await import('./encode.ts');
  return drawPicture(spec);
}
