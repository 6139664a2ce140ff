import { posix, win32, type PlatformPath } from 'node:path';

/** Where the program runs, as far as defaults depend on it. Passed in, so that every platform can be tested on one. */
export interface Environment {
  readonly platform: NodeJS.Platform;
  /** The working directory, absolute. */
  readonly cwd: string;
  /** The user's home folder, absolute. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Path rules of the place's platform, whatever the machine that runs the code. */
export function pathRules(place: Environment): PlatformPath {
  return place.platform === 'win32' ? win32 : posix;
}

/** `text` as an absolute path: `~/` is the home folder, the rest is relative to the working directory. */
export function absolutePath(text: string, place: Environment): string {
  const path = pathRules(place);
  const expanded = /^~(?=$|[/\\])/.test(text) ? path.join(place.home, text.slice(1)) : text;
  return path.resolve(place.cwd, expanded);
}

/** Whether `inner` is `outer` or lies below it. */
export function isInside(inner: string, outer: string, place: Environment): boolean {
  const path = pathRules(place);
  const way = path.relative(outer, inner);
  return way === '' || (way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way));
}
