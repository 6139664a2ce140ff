import type { PictureSpec } from './picture.ts';

/** Encoded pictures that are kept: enough for one page of results that is fetched twice. */
const MAX_CACHED = 8;

/** Encoded pictures, drawn on first use. Only the latest few are kept: drawing again gives identical bytes. */
export class PictureCache {
  readonly #drawn = new Map<string, Promise<Uint8Array>>();

  /** The encoded picture; concurrent calls share one drawing. Rejects as drawing does (`PictureGone`). */
  get(id: string, spec: PictureSpec): Promise<Uint8Array> {
    const drawn = this.#drawn.get(id) ?? draw(spec);
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

async function draw(spec: PictureSpec): Promise<Uint8Array> {
  if (spec.clip) {
    const { readClip } = await import('./clip.ts');
    return readClip(spec);
  }
  if (spec.composite) {
    const { drawComposite } = await import('./composite.ts');
    return drawComposite(spec, spec.composite);
  }
  if (spec.edit) {
    const { drawEdit } = await import('./edit.ts');
    return drawEdit(spec, spec.edit);
  }
  if (spec.rework) {
    const { drawRework } = await import('./rework.ts');
    return drawRework(spec, spec.rework);
  }
  const { drawPicture } = await import('./encode.ts');
  return drawPicture(spec);
}
