import { posix, win32, type PlatformPath } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The parts of the process environment on which defaults depend. Passed in, so that tests cover every platform. */
export interface Environment {
  readonly platform: NodeJS.Platform;
  /** The working directory, absolute; undefined where it was deleted. */
  readonly cwd: string | undefined;
  /** The user's home folder, absolute. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Path rules of `environment.platform`, which may differ from the platform that runs the code. */
export function pathRules(environment: Environment): PlatformPath {
  return environment.platform === 'win32' ? win32 : posix;
}

/**
 * `text` as an absolute path: `file:` URLs are read, `~/` is the home folder, other relative paths start from the working
 * directory.
 */
export function absolutePath(text: string, environment: Environment): string {
  const path = pathRules(environment);
  const plain = fileUrlPath(text, environment) ?? text;
  const expanded = /^~(?=$|[/\\])/.test(plain) ? path.join(environment.home, plain.slice(1)) : plain;
  return path.resolve(environment.cwd ?? path.parse(environment.home).root, expanded);
}

/** The path of a `file:` URL (RFC 8089); undefined for other texts and for a URL of another machine. */
export function fileUrlPath(text: string, { platform }: Environment): string | undefined {
  if (!/^file:\//i.test(text)) return undefined;
  try {
    // A host does not escape a folder's name when it puts "file://" before it.
    const escaped = text
      .replace(/%(?![\da-f]{2})/gi, '%25')
      .replaceAll('#', '%23')
      .replaceAll('?', '%3F');
    return fileURLToPath(escaped, { windows: platform === 'win32' });
  } catch {
    return undefined;
  }
}

/** Whether `inner` is `outer` or a path below it. */
export function isInside(inner: string, outer: string, environment: Environment): boolean {
  const path = pathRules(environment);
  const relative = path.relative(outer, inner);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}
