import { posix, win32, type PlatformPath } from 'node:path';

/** The parts of the process environment on which defaults depend. Passed in, so that tests cover every platform. */
export interface Environment {
  readonly platform: NodeJS.Platform;
  /** The working directory, absolute. */
  readonly cwd: string;
  /** The user's home folder, absolute. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Path rules of `environment.platform`, which may differ from the platform that runs the code. */
export function pathRules(environment: Environment): PlatformPath {
  return environment.platform === 'win32' ? win32 : posix;
}

/** `text` as an absolute path: `~/` is the home folder, other relative paths start from the working directory. */
export function absolutePath(text: string, environment: Environment): string {
  const path = pathRules(environment);
  const expanded = /^~(?=$|[/\\])/.test(text) ? path.join(environment.home, text.slice(1)) : text;
  return path.resolve(environment.cwd, expanded);
}

/** Whether `inner` is `outer` or a path below it. */
export function isInside(inner: string, outer: string, environment: Environment): boolean {
  const path = pathRules(environment);
  const relative = path.relative(outer, inner);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}
