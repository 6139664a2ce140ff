import type { Bridge, Contents } from '../bridge/bridge.ts';

/** Longer side of a small picture in CSS pixels, twice what a row of the library shows. */
const SMALL_SIDE = 360;
const MOST_SMALL = 600;
const MOST_LARGE = 12;
/** Pictures that are asked for at a time, so that what is on screen does not wait behind what was scrolled past. */
const AT_A_TIME = 4;

/**
 * Pictures as `data:` addresses, the one kind that the policy of MCP Apps allows for what a tool answers. Small ones are
 * drawn anew at the size that is shown, since hundreds of previews would fill the memory.
 */
export class Pictures {
  readonly #bridge: Bridge;
  readonly #small = new Map<string, Promise<string>>();
  readonly #large = new Map<string, Promise<string>>();
  #running = 0;
  readonly #queue: (() => void)[] = [];

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** For tiles. @param signal aborted once the tile is gone; a load that has not begun is then left out */
  small(image: string, signal?: AbortSignal): Promise<string> {
    return kept(this.#small, image, MOST_SMALL, () =>
      this.#inTurn(async () => shrunk(await this.#preview(image)), signal),
    );
  }

  /** At most 1024 pixels wide and high. */
  large(image: string): Promise<string> {
    return kept(this.#large, image, MOST_LARGE, () => this.#preview(image));
  }

  /** At most 2048 pixels wide and high. */
  sharp(image: string): Promise<string> {
    return kept(this.#large, `${image} sharp`, MOST_LARGE, async () => {
      const { content } = await this.#bridge.callTool('show_images', { image, max_side: 2048 });
      const shown = (content ?? []).find(({ type, data }) => type === 'image' && data !== undefined);
      if (shown?.data === undefined) throw new Error('No picture came.');
      return `data:${shown.mimeType ?? 'image/jpeg'};base64,${shown.data}`;
    });
  }

  /** The original bytes, where the answer can hold them. */
  async original(image: string): Promise<{ data: string; mimeType: string } | undefined> {
    const [contents] = await this.#bridge.readResource(`firefly://images/${image}`);
    if (contents?.blob === undefined) return undefined;
    return { data: contents.blob, mimeType: contents.mimeType ?? 'image/jpeg' };
  }

  async #preview(image: string): Promise<string> {
    const [contents] = await this.#bridge.readResource(`firefly://images/${image}/preview`);
    return dataUrl(contents);
  }

  async #inTurn<Value>(load: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
    if (this.#running >= AT_A_TIME) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#running += 1;
    try {
      signal?.throwIfAborted();
      return await load();
    } finally {
      this.#running -= 1;
      this.#queue.pop()?.();
    }
  }
}

function dataUrl(contents: Contents | undefined): string {
  if (contents?.blob === undefined) throw new Error('No picture came.');
  return `data:${contents.mimeType ?? 'image/jpeg'};base64,${contents.blob}`;
}

/** The value of a map, made where it is missing; the oldest goes where there are too many, and one that failed. */
function kept(
  map: Map<string, Promise<string>>,
  key: string,
  most: number,
  make: () => Promise<string>,
): Promise<string> {
  const known = map.get(key);
  if (known !== undefined) {
    map.delete(key);
    map.set(key, known);
    return known;
  }
  const made = make();
  map.set(key, made);
  made.catch(() => map.delete(key));
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
  return made;
}

/** Loads and decodes a picture. @throws Error where it is none */
export function decoded(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  return image.decode().then(() => image);
}

async function shrunk(url: string): Promise<string> {
  const image = await decoded(url);
  const scale = Math.min(1, SMALL_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
  if (scale === 1) return url;
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return url.startsWith('data:image/png') ? canvas.toDataURL('image/png') : canvas.toDataURL('image/jpeg', 0.82);
}
