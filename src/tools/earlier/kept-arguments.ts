/** What a call says about itself, and not about its pictures: no job keeps it, and `like` brings none of it. */
const OF_THE_CALL: ReadonlySet<string> = new Set([
  'like',
  'save_as',
  'wait_seconds',
  'idempotency_key',
  'new_job',
  'confirm',
  'dry_run',
]);

/** Arguments that take a picture, with the kind that `last` means in each. */
const PICTURES: Readonly<Record<string, 'generated' | 'mask'>> = {
  image: 'generated',
  background: 'generated',
  style_image: 'generated',
  structure_image: 'generated',
  first_frame: 'generated',
  last_frame: 'generated',
  mask: 'mask',
  object_mask: 'mask',
};

/** Arguments that describe the pictures. */
export function aboutPictures(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !OF_THE_CALL.has(name)));
}

/** Handles of the pictures that a call opened, by kind and by the text that named each. */
export class OpenedPictures {
  readonly #handles = new Map<string, string>();

  note(text: string, kind: string, handle: string): void {
    this.#handles.set(`${kind} ${text}`, handle);
  }

  /**
   * The arguments as a job keeps them: each stored picture by its handle, since files change, `last` moves on, and a data
   * URI is long.
   */
  kept(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const entries = Object.entries(aboutPictures(values)).map(([name, value]) => [
      name,
      this.#handles.get(`${PICTURES[name]} ${String(value)}`) ?? value,
    ]);
    return Object.fromEntries(entries);
  }
}
