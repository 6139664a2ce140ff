/** Where the browser lets a page keep nothing, as in the sandbox of a host, this window remembers. */
const here = new Map<string, string>();
const keyOf = (image: string): string => `firefly-blank-${image}`;

/** Remembers that a person took back all of a mask, so that it does not come back by itself; forgets it without `mask`. */
export function leaveBlank(image: string, mask: string | undefined): void {
  if (mask === undefined) here.delete(image);
  else here.set(image, mask);
  try {
    if (mask === undefined) localStorage.removeItem(keyOf(image));
    else localStorage.setItem(keyOf(image), mask);
  } catch {
    // `here` knows.
  }
}

/** Whether a person took back all of this mask of a picture. */
export function isLeftBlank(image: string, mask: string): boolean {
  try {
    return (localStorage.getItem(keyOf(image)) ?? here.get(image)) === mask;
  } catch {
    return here.get(image) === mask;
  }
}
